/* SPDX-License-Identifier: Apache-2.0 */
/* sample - see sample.h */
#include "drivers/sample.h"

#include <assert.h>

const char *quality_name(enum quality quality)
{
	static const char *const names[] = {[QUALITY_UNKNOWN] = "unknown",
	                                    [QUALITY_GOOD] = "good",
	                                    [QUALITY_UNCERTAIN] = "uncertain",
	                                    [QUALITY_BAD] = "bad"};

	assert(quality <= QUALITY_BAD);
	return names[quality];
}

const char *fault_name(enum fault fault)
{
	static const char *const names[FAULT_COUNT] = {[FAULT_NONE] = "none",
	                                               [FAULT_TIMEOUT] = "timeout",
	                                               [FAULT_EXCEPTION] = "exception",
	                                               [FAULT_CRC] = "crc",
	                                               [FAULT_UNIT] = "wrong_unit",
	                                               [FAULT_MISMATCH] = "mismatch",
	                                               [FAULT_SHORT] = "short",
	                                               [FAULT_LATE] = "late",
	                                               [FAULT_UNEXPECTED] = "unexpected",
	                                               [FAULT_OFFLINE] = "offline",
	                                               [FAULT_NUMBER] = "not_a_number",
	                                               [FAULT_IDENTITY] = "identity",
	                                               [FAULT_FORBIDDEN] = "forbidden"};

	assert(fault < FAULT_COUNT);
	return names[fault];
}
