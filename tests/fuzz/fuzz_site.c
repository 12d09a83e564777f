/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_site - any bytes as a site file: an answer, no crash, no leak. Seeds: tests/broken, config/examples */
#include "config/site_load.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct site *site = NULL;
	struct site_errors errors;
	char path[32];
	int fd = memfd_create("site", MFD_CLOEXEC);

	assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int error = site_load(path, &site, &errors);

	/* either a site and no error, or no site and a reason */
	assert((error == 0) == (site != NULL));
	assert((error == 0) == (errors.count == 0));
	site_errors_free(&errors);
	site_free(&site);
	close(fd);
	return 0;
}
