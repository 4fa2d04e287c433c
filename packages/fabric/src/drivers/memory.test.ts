// The memory driver keeps the driver suite.

import { driverSuite } from '../driver-suite.ts'
import { memoryDriver } from './memory.ts'

driverSuite('memory', memoryDriver)
