// Chinese for result pages and exports: what may be asked for, where files go, why an export ended.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const exports: Catalogue = {
  'exports of this installation take at most {0} MiB together: overwrite one, or ask the installation owner to remove some or for a larger export-size':
    '本安装的导出文件合计最多 {0} MiB：请覆盖其中一个，或请安装所有者删除一些或调大 export-size',
  'table {0} is {1}: only managed tables are exported, run a query and export its result':
    '表 {0} 是{1}：只能导出托管表，请运行查询并导出其结果',
  '{0} has more than {1} files: import them in parts, or as fewer and larger ones':
    '{0} 中的文件超过 {1} 个：请分批导入，或合并为较少的大文件',
  'files that end in .{0} are not read: compress them with gzip, or not at all': '不读取以 .{0} 结尾的文件：请用 gzip 压缩，或不压缩',
  '{0} is no plain file: put plain files alone, and no links or folders, where they are imported from':
    '{0} 不是普通文件：导入位置只能放普通文件，不能放链接或文件夹',
  'the files are larger than the {0} MiB that one import may read: import them in parts, or ask the installation owner for a larger max-import':
    '文件超过一次导入允许的 {0} MiB：请分批导入，或请安装所有者调大 max-import',
  'the disk of the installation is full, nothing was imported: try again when there is room':
    '本安装的磁盘已满，未导入任何内容：请在有空间后重试',
  'column {0} holds nested values, which are imported from parquet alone: send data_type parquet':
    '列 {0} 为嵌套类型，只能从 parquet 导入：请将 data_type 设为 parquet',
  '{0} has other columns than {1}: import files with other columns by themselves': '{0} 的列与 {1} 不同：请将列不同的文件分开导入',
  '{0} cannot be uncompressed as its name says: it is damaged, or compressed in another way':
    '{0} 无法按其名称所示解压：文件已损坏，或以其他方式压缩',
  '{0} is no Parquet file, or is damaged': '{0} 不是 Parquet 文件，或已损坏',
  'column {0} of {1} has a type that no table has ({2}): leave it out of the file':
    '{1} 的列 {0} 的类型（{2}）是任何表都没有的：请从文件中去掉该列',
  'delimiter is neither quote_char nor escape_char': 'delimiter 不能与 quote_char 或 escape_char 相同',
  '{0} has no files to import: the installation owner puts them into {1} of the import directory, or export to it first':
    '{0} 没有可导入的文件：请安装所有者将文件放入导入目录的 {1}，或先导出到该位置',
  'data_type {0} is not imported here: write the files as parquet, json or csv':
    '此处不导入 data_type {0}：请将文件写为 parquet、json 或 csv',
  'data_type "{0}" is unknown: it is one of {1}': '未知的 data_type "{0}"：只能为 {1} 之一',
  '{0} is one ASCII character, or \\t for a tab': '{0} 应为一个 ASCII 字符，或用 \\t 表示制表符',
  '{0} is longer than {1} characters': '{0} 超过 {1} 个字符',
  'partition_spec is not understood at "{0}": send year=2024,month=1':
    '无法理解 partition_spec 中的 "{0}"：请使用 year=2024,month=1 的形式',
  'mode is SYNC or ASYNC': 'mode 只能为 SYNC 或 ASYNC',
  'page-size is a whole number from 1 to 100': 'page-size 应为 1 到 100 的整数',
  'current-page is a whole number from 1': 'current-page 应为从 1 开始的整数',
  'the engine of queue {0} did not answer in {1} s: ask again': '队列 {0} 的引擎在 {1} 秒内未应答：请重试',
  'limit_num is a whole number, 0 for all rows': 'limit_num 应为整数，0 表示全部行',
  'data_path {0} is no folder: send obs://bucket/folder, at most {1} characters':
    'data_path {0} 不是文件夹：请填写 obs://桶/文件夹，最多 {1} 个字符',
  'data_path {0} has no bucket name: it has up to 63 letters, digits, dots and hyphens, begins with a letter or digit, and no digit follows its last dot':
    'data_path {0} 中没有合法的桶名：桶名最多 63 个字母、数字、点和连字符，以字母或数字开头，最后一个点之后不能为数字',
  'data_path {0} is a whole bucket: name a folder in it': 'data_path {0} 是整个桶：请指定其中的文件夹',
  'data_path {0} has a folder that cannot be: none is empty, "." or "..", longer than 255 bytes, or has a comma, a backslash or a control character':
    'data_path {0} 中有不合法的文件夹：名称不能为空、"." 或 ".."，不能超过 255 字节，不能含逗号、反斜杠或控制字符',
  '{0} exists: export to another folder, or send export_mode Overwrite': '{0} 已存在：请导出到其他文件夹，或将 export_mode 设为 Overwrite',
  'compress bzip2 is not offered: send gzip, deflate or none': '不支持 compress bzip2：请使用 gzip、deflate 或 none',
  '{0} "{1}" is unknown: it is one of {2}': '未知的 {0} "{1}"：只能为 {2} 之一',
  '{0} is one ASCII sign other than a comma, a letter, a digit or a blank': '{0} 应为一个 ASCII 符号，不能是逗号、字母、数字或空白',
  'bucket {0} belongs to another project: export to a bucket of another name': '桶 {0} 属于另一个项目：请导出到其他名称的桶',
  '{0} leads through {1}, which is no folder: export to another': '{0} 经过 {1}，而它不是文件夹：请导出到其他位置',
  'a value holds the character {0}, which {1} has not: export with encoding_type utf-8, or replace it in the query':
    '有值包含字符 {0}，{1} 中没有该字符：请使用 encoding_type utf-8 导出，或在查询中替换该字符',
  'the exported file is larger than the installation allows (max-engine-file): export fewer rows with limit_num, or compress them':
    '导出的文件超过安装所允许的大小（max-engine-file）：请用 limit_num 减少行数，或压缩导出',
  'the result takes more than {0} bytes, the most that this installation keeps (max-result): select less, add LIMIT, or write the rows into a table':
    '结果超过 {0} 字节，这是本安装所能保留的最大值（max-result）：请减少查询内容，添加 LIMIT，或将各行写入表中',
  'the result has {0} rows, and this installation keeps at most {1} (max-result-rows): add LIMIT, or write the rows into a table':
    '结果有 {0} 行，本安装最多保留 {1} 行（max-result-rows）：请添加 LIMIT，或将各行写入表中',
  'the disk of the installation is full, nothing was exported: try again when there is room':
    '安装所在的磁盘已满，未导出任何内容：请在有空间后重试',
  'CSV has no form for column {0} of type {1}: export as json, or take its parts apart in the query':
    'CSV 无法表示类型为 {1} 的列 {0}：请导出为 json，或在查询中取出其各部分',
}
