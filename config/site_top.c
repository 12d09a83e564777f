/* SPDX-License-Identifier: Apache-2.0 */
/* site_top - what stands once in a site file: names, broker, journal, control; see loading.h */
#include "config/loading.h"

#include "config/site_tables.h"

#include <string.h>

#define KEEPALIVE_MAX_S 600
#define KEEP_DAYS_MAX   3650
#define SOCKET_MAX      107 /* bytes that fit in sockaddr_un.sun_path */

/* --- broker -------------------------------------------------------------------------------------- */

struct broker_job {
	struct site_broker broker;
	bool tls; /* some url is mqtts:// */
};

static void take_urls(struct load *load, const struct tree_node *key, void *target)
{
	struct broker_job *job = target;
	const struct tree_node *list = key->value;

	if (list->kind != TREE_SEQUENCE || list->count == 0 || list->count > LIMIT_URLS) {
		bind_refuse(load, key, list, "a list of 1 to 4 brokers");
		return;
	}
	job->broker.urls = load_alloc(load, list->count, sizeof(*job->broker.urls));
	for (const struct tree_node *item = list->first; item && job->broker.urls; item = item->next) {
		const char *url = load_broker_url(load, item, &job->tls);

		if (url)
			job->broker.urls[job->broker.url_count++] = url;
	}
}

static const char *const later_verbs[] = {"resend", "snapshot", "test_start", "test_end"};

#define ALLOWED_VERBS "ack, reset, set, unset, shelve, unshelve, bypass, restore, out_of_service, in_service, output"

static bool is_later_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(later_verbs) / sizeof(later_verbs[0]); i++) {
		if (strcmp(later_verbs[i], name) == 0)
			return true;
	}
	return false;
}

static void take_verb(struct load *load, const struct tree_node *item, struct site_broker *broker)
{
	const char *name = item->kind == TREE_SCALAR ? item->text : "";
	enum command_verb verb = command_verb_by_name(name);

	if (verb == VERB_COUNT && is_later_verb(name))
		load_error(load, item, "command '%s' is not supported yet", name);
	else if (verb == VERB_COUNT)
		load_error(load, item, "'%.64s' is no command; allowed: " ALLOWED_VERBS, name);
	else if (broker->allow & 1u << verb)
		load_error(load, item, "'%s' is given twice", name);
	else
		broker->allow |= 1u << verb;
}

static void take_allow(struct load *load, const struct tree_node *key, void *target)
{
	struct broker_job *job = target;

	job->broker.allow = 0;
	if (key->value->kind != TREE_SEQUENCE) {
		bind_refuse(load, key, key->value, "a list of " ALLOWED_VERBS "; [] for none");
		return;
	}
	for (const struct tree_node *item = key->value->first; item; item = item->next)
		take_verb(load, item, &job->broker);
}

#define IN_BROKER(member) offsetof(struct broker_job, broker.member)

static const struct bind_row broker_rows[] = {
        {.key = "urls", .type = BIND_OWN, .required = true, .own = take_urls},
        {.key = "ca_file", .type = BIND_PATH, .offset = IN_BROKER(ca_file), .max = LIMIT_PATH},
        {.key = "cert_file", .type = BIND_PATH, .offset = IN_BROKER(cert_file), .max = LIMIT_PATH},
        {.key = "key_file", .type = BIND_PATH, .offset = IN_BROKER(key_file), .max = LIMIT_PATH},
        {.key = "keepalive_s", .type = BIND_U32, .offset = IN_BROKER(keepalive_s), .min = 1, .max = KEEPALIVE_MAX_S},
        {.key = "allow", .type = BIND_OWN, .own = take_allow},
        {.key = "insecure", .type = BIND_LATER},
        {.key = "receipts", .type = BIND_LATER},
};
const struct bind_table table_broker = BIND_TABLE("broker", broker_rows);

static void check_tls(struct load *load, const struct tree_node *key, const struct broker_job *job)
{
	const struct site_broker *broker = &job->broker;

	if (job->tls && broker->ca_file == NULL)
		load_error(load, key,
		           "'ca_file' is missing: mqtts:// is of no use without the CA that signed the broker");
	if (!job->tls && broker->url_count && (broker->ca_file || broker->cert_file || broker->key_file))
		load_error(load, key, "certificates are given, but no url is mqtts://");
	if ((broker->cert_file == NULL) != (broker->key_file == NULL))
		load_error(load, key, "'cert_file' and 'key_file' go together");
}

static void take_broker(struct load *load, const struct tree_node *key, void *target)
{
	struct site *site = target;
	struct broker_job job = {.broker = site->broker};

	bind_mapping(load,
	             &(struct bind_job){.table = &table_broker, .where = key, .mapping = key->value, .target = &job});
	check_tls(load, key, &job);
	site->broker = job.broker;
}

/* --- journal, control ---------------------------------------------------------------------------- */

static const struct bind_row journal_rows[] = {
        {.key = "dir", .type = BIND_PATH, .offset = offsetof(struct site, journal_dir), .max = LIMIT_PATH},
        {.key = "keep_days",
         .type = BIND_U32,
         .offset = offsetof(struct site, keep_days),
         .min = 1,
         .max = KEEP_DAYS_MAX},
        {.key = "max_mb", .type = BIND_LATER},
};
const struct bind_table table_journal = BIND_TABLE("journal", journal_rows);

static void take_journal(struct load *load, const struct tree_node *key, void *target)
{
	bind_mapping(load, &(struct bind_job){
	                           .table = &table_journal, .where = key, .mapping = key->value, .target = target});
}

static const struct bind_row control_rows[] = {
        {.key = "socket", .type = BIND_PATH, .offset = offsetof(struct site, control_socket), .max = SOCKET_MAX},
        {.key = "poke", .type = BIND_BOOL, .offset = offsetof(struct site, control_poke)},
        {.key = "metrics", .type = BIND_LATER},
};
const struct bind_table table_control = BIND_TABLE("control", control_rows);

static void take_control(struct load *load, const struct tree_node *key, void *target)
{
	struct site *site = target;

	bind_mapping(load, &(struct bind_job){
	                           .table = &table_control, .where = key, .mapping = key->value, .target = target});
	if (site->control_socket && strlen(site->control_socket) > SOCKET_MAX)
		load_error(load, key, "the path of the socket is longer than %d bytes", SOCKET_MAX);
}

/* --- the first level ----------------------------------------------------------------------------- */

static void take_version(struct load *load, const struct tree_node *key, void *target)
{
	uint32_t version;

	(void)target;
	if (!scalar_uint(key->value, &version) || version != 1)
		bind_refuse(load, key, key->value, "1, the version of this format");
}

static void take_gateway(struct load *load, const struct tree_node *key, void *target)
{
	struct site *site = target;

	if (key->value->kind != TREE_SCALAR || !scalar_is_id(key->value->text))
		bind_refuse(load, key, key->value, "a-z, 0-9 and -, at most 32, not with - first");
	else if (strcmp(key->value->text, "room") == 0)
		bind_refuse(load, key, key->value, "any id but room, which belongs to the control room");
	else
		site->gateway = key->value->text;
}

/* The entries are taken file by file; here only the shape of the whole is looked at. */
static void check_section(struct load *load, const struct tree_node *key, void *target)
{
	(void)target;
	if (key->value->kind != TREE_MAPPING)
		bind_refuse(load, key, key->value, "a mapping of ids");
}

static void check_include(struct load *load, const struct tree_node *key, void *target)
{
	(void)target;
	if (key->value->kind != TREE_SEQUENCE)
		bind_refuse(load, key, key->value, "a list of file names");
}

static const struct bind_row first_rows[] = {
        {.key = "picket", .type = BIND_OWN, .required = true, .own = take_version},
        {.key = "site", .type = BIND_ID, .required = true, .offset = offsetof(struct site, site)},
        {.key = "gateway", .type = BIND_OWN, .required = true, .own = take_gateway},
        {.key = "title", .type = BIND_TEXT, .offset = offsetof(struct site, title), .max = LIMIT_TITLE},
        {.key = "include", .type = BIND_OWN, .own = check_include},
        {.key = "broker", .type = BIND_OWN, .required = true, .own = take_broker},
        {.key = "journal", .type = BIND_OWN, .own = take_journal},
        {.key = "control", .type = BIND_OWN, .own = take_control},
        {.key = "links", .type = BIND_OWN, .own = check_section},
        {.key = "devices", .type = BIND_OWN, .own = check_section},
        {.key = "areas", .type = BIND_OWN, .own = check_section},
        {.key = "sensors", .type = BIND_OWN, .own = check_section},
        {.key = "loops", .type = BIND_OWN, .own = check_section},
        {.key = "rules", .type = BIND_OWN, .own = check_section},
        {.key = "outputs", .type = BIND_OWN, .own = check_section},
        {.key = "allow_slow", .type = BIND_LATER},
};
const struct bind_table table_first = BIND_TABLE("site", first_rows);

static void refuse_in_part(struct load *load, const struct tree_node *key, void *target)
{
	(void)target;
	load_error(load, key, "'%s' belongs in the site file itself, not in a file it includes", key->text);
}

static const struct bind_row part_rows[] = {
        {.key = "include", .type = BIND_OWN, .own = check_include},
        {.key = "links", .type = BIND_OWN, .own = check_section},
        {.key = "devices", .type = BIND_OWN, .own = check_section},
        {.key = "areas", .type = BIND_OWN, .own = check_section},
        {.key = "sensors", .type = BIND_OWN, .own = check_section},
        {.key = "loops", .type = BIND_OWN, .own = check_section},
        {.key = "rules", .type = BIND_OWN, .own = check_section},
        {.key = "outputs", .type = BIND_OWN, .own = check_section},
        {.key = "picket", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "site", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "gateway", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "title", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "broker", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "journal", .type = BIND_OWN, .own = refuse_in_part},
        {.key = "control", .type = BIND_OWN, .own = refuse_in_part},
};
static const struct bind_table table_part = BIND_TABLE("an included file", part_rows);

void load_top(struct load *load, const struct tree_node *root)
{
	struct site *site = load->site;

	site->broker.keepalive_s = 5;
	site->broker.allow = 1u << VERB_ACK | 1u << VERB_RESET | 1u << VERB_SHELVE | 1u << VERB_UNSHELVE;
	site->journal_dir = "/var/lib/picket";
	site->keep_days = 90;
	bind_mapping(load, &(struct bind_job){.table = &table_first, .where = root, .mapping = root, .target = site});
	if (site->title == NULL)
		site->title = site->site;
	for (size_t i = 1; i < load->include_count; i++) {
		const struct tree_node *part = load->files[i].root;

		if (part)
			bind_mapping(load, &(struct bind_job){.table = &table_part, .where = part, .mapping = part});
	}
}
