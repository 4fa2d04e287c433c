// Chinese for result pages and exports: what may be asked for, where files go, why an export ended.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const exports: Catalogue = {
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
}
