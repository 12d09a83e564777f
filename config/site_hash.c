/* SPDX-License-Identifier: Apache-2.0 */
/* site_hash - the fingerprint of a configuration, see loading.h. The only file here with libcrypto. */
#include "config/loading.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

static bool digest_files(const struct load *load, EVP_MD_CTX *context, unsigned char *ret_digest)
{
	if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		return false;
	for (size_t i = 0; i < load->file_count; i++) {
		const struct tree_source *source = &load->files[i].source;

		if (!EVP_DigestUpdate(context, source->bytes, source->size))
			return false;
	}
	return EVP_DigestFinal_ex(context, ret_digest, NULL);
}

int load_hash(const struct load *load, char ret_hex[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && digest_files(load, context, digest);

	EVP_MD_CTX_free(context);
	if (!done)
		return -EIO;
	for (size_t i = 0; i < 32; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
