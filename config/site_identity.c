/* SPDX-License-Identifier: Apache-2.0 */
/* site_identity - what a device must say it is, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

struct identity_job {
	const char *vendor, *product, *revision, *server_id;
	uint32_t table, address, value, base;
};

static const char *const register_tables[] = {"input", "holding", NULL};

#define IN_JOB(member) offsetof(struct identity_job, member)

static const struct bind_row identity_rows[] = {
        {.key = "vendor", .type = BIND_TEXT, .offset = IN_JOB(vendor), .max = LIMIT_IDENTITY},
        {.key = "product", .type = BIND_TEXT, .offset = IN_JOB(product), .max = LIMIT_IDENTITY},
        {.key = "revision", .type = BIND_TEXT, .offset = IN_JOB(revision), .max = LIMIT_IDENTITY},
        {.key = "server_id", .type = BIND_TEXT, .offset = IN_JOB(server_id), .max = 3 * LIMIT_IDENTITY},
        {.key = "table", .type = BIND_CHOICE, .offset = IN_JOB(table), .names = register_tables},
        {.key = "address", .type = BIND_U32, .offset = IN_JOB(address), .max = UINT16_MAX + 1},
        {.key = "value", .type = BIND_U32, .offset = IN_JOB(value), .max = UINT16_MAX},
        {.key = "base", .type = BIND_U32, .offset = IN_JOB(base), .max = 1},
};
const struct bind_table table_identity = BIND_TABLE("identity", identity_rows);

static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	if (at == NULL)
		return -1;
	return (int)(at - digits) < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/* "0A 1B ff" or "0a1bff": pairs of hex digits. 0: something else. */
static size_t read_bytes(const char *text, uint8_t *bytes, size_t room)
{
	size_t count = 0;

	while (*text && count < room) {
		int high = digit_of(text[0]), low = high < 0 ? -1 : digit_of(text[1]);

		if (low < 0)
			return 0;
		bytes[count++] = (uint8_t)(high * 16 + low);
		text += 2;
		text += text[0] == ' ' && text[1];
	}
	return *text ? 0 : count;
}

static void take_server(struct load *load, const struct tree_node *key, const struct identity_job *job,
                        struct site_identity *identity)
{
	uint8_t *bytes = load_alloc(load, LIMIT_IDENTITY, 1);
	size_t count = bytes ? read_bytes(job->server_id, bytes, LIMIT_IDENTITY) : 0;

	if (bytes && count == 0)
		bind_refuse(load, tree_key(key->value, "server_id"), tree_get(key->value, "server_id"),
		            "pairs of hex digits in quotes, such as \"0A 1B FF\", at most 64");
	*identity = (struct site_identity){.kind = IDENTITY_SERVER, .server = bytes, .server_length = (uint8_t)count};
}

static void take_register(struct load *load, const struct tree_node *key, const struct identity_job *job,
                          struct site_identity *identity)
{
	static const char *const wanted[] = {"table", "address", "value"};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (tree_get(key->value, wanted[i]) == NULL)
			load_error(load, key, "'%s' is missing: a register is known by table, address and value",
			           wanted[i]);
	}
	if (job->address < job->base)
		load_error(load, key, "address 0 is before the first: with base 1 addresses start at 1");
	else if (job->address - job->base > UINT16_MAX)
		load_error(load, key, "the register is past address 65535");
	*identity = (struct site_identity){.kind = IDENTITY_REGISTER,
	                                   .table = job->table == 0 ? TABLE_INPUT : TABLE_HOLDING,
	                                   .address = (uint16_t)(job->address - job->base),
	                                   .value = (uint16_t)job->value};
}

static void take_one(struct load *load, const struct tree_node *key, const struct identity_job *job,
                     struct site_identity *identity)
{
	const struct tree_node *mapping = key->value;
	bool server = tree_get(mapping, "server_id") != NULL;
	bool objects = tree_get(mapping, "vendor") || tree_get(mapping, "product") || tree_get(mapping, "revision");
	bool fingerprint = tree_get(mapping, "table") || tree_get(mapping, "address") || tree_get(mapping, "value") ||
	                   tree_get(mapping, "base");

	if (server + objects + fingerprint != 1)
		load_error(load, key,
		           "'identity' is one of: vendor, product, revision (function 43/14); server_id (function "
		           "17); table, address, value of a register");
	else if (server)
		take_server(load, key, job, identity);
	else if (fingerprint)
		take_register(load, key, job, identity);
	else
		*identity = (struct site_identity){.kind = IDENTITY_OBJECTS,
		                                   .vendor = job->vendor,
		                                   .product = job->product,
		                                   .revision = job->revision};
}

void load_identity(struct load *load, const struct tree_node *key, struct site_identity *identity)
{
	struct identity_job job = {0};
	size_t before = load->errors->count + load->errors->omitted;
	const struct tree_node *value = key->value;

	if (value->kind == TREE_SCALAR && strcmp(value->text, "none") == 0) {
		*identity = (struct site_identity){.kind = IDENTITY_NONE};
		return;
	}
	bind_mapping(load,
	             &(struct bind_job){.table = &table_identity, .where = key, .mapping = value, .target = &job});
	if (load->errors->count + load->errors->omitted == before)
		take_one(load, key, &job, identity);
}
