/* SPDX-License-Identifier: Apache-2.0 */
/* bind - see bind.h */
#include "config/bind.h"

#include "config/loading.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct phrase {
	char text[256];
};

/* What was found, in words. */
static const char *found(const struct tree_node *value, struct phrase *phrase)
{
	if (value->kind == TREE_SEQUENCE) {
		snprintf(phrase->text, sizeof(phrase->text), "a list of %zu", value->count);
		return phrase->text;
	}
	if (value->kind == TREE_MAPPING)
		return "a mapping";
	if (scalar_is_empty(value))
		return "empty";
	snprintf(phrase->text, sizeof(phrase->text), value->quoted ? "'%.64s' in quotes" : "'%.64s'", value->text);
	return phrase->text;
}

void bind_refuse(struct load *load, const struct tree_node *key, const struct tree_node *value, const char *allowed)
{
	struct phrase phrase;

	load_error(load, value, "'%.64s' is %s; allowed: %s", key->text, found(value, &phrase), allowed);
}

/* --- one key of each type ------------------------------------------------------------------------ */

static void bind_text(struct load *load, const struct bind_row *row, const struct tree_node *key, char *member)
{
	const struct tree_node *value = key->value;
	bool text = value->kind == TREE_SCALAR && !scalar_is_empty(value);
	const char *kept = value->text;
	struct phrase phrase;

	if (!text || strlen(kept) > row->max || !scalar_is_printable(kept, row->type == BIND_LINES)) {
		snprintf(phrase.text, sizeof(phrase.text), "%s of 1 to %u bytes, without control characters",
		         row->type == BIND_LINES ? "text" : "one line", row->max);
		bind_refuse(load, key, value, phrase.text);
		return;
	}
	if (row->type == BIND_PATH)
		kept = load_path(load, kept);
	memcpy(member, &kept, sizeof(kept));
}

static void bind_id(struct load *load, const struct tree_node *key, char *member)
{
	const struct tree_node *value = key->value;

	if (value->kind != TREE_SCALAR || !scalar_is_id(value->text)) {
		bind_refuse(load, key, value, "a-z, 0-9 and -, at most 32, not with - first");
		return;
	}
	memcpy(member, &value->text, sizeof(value->text));
}

static void store_number(enum bind_type type, uint32_t number, char *member)
{
	uint8_t byte = (uint8_t)number;
	uint16_t word = (uint16_t)number;

	if (type == BIND_U8)
		memcpy(member, &byte, sizeof(byte));
	else if (type == BIND_U16)
		memcpy(member, &word, sizeof(word));
	else
		memcpy(member, &number, sizeof(number));
}

static void bind_number(struct load *load, const struct bind_row *row, const struct tree_node *key, char *member)
{
	uint32_t number;
	struct phrase phrase;

	if (scalar_uint(key->value, &number) && number >= row->min && number <= row->max) {
		store_number(row->type, number, member);
		return;
	}
	snprintf(phrase.text, sizeof(phrase.text), "a whole number %u to %u, decimal, without quotes", row->min,
	         row->max);
	bind_refuse(load, key, key->value, phrase.text);
}

static void bind_seconds(struct load *load, const struct bind_row *row, const struct tree_node *key, char *member)
{
	uint32_t milliseconds;
	struct phrase phrase;

	if (scalar_thousandths(key->value, &milliseconds) && milliseconds >= row->min && milliseconds <= row->max) {
		memcpy(member, &milliseconds, sizeof(milliseconds));
		return;
	}
	snprintf(phrase.text, sizeof(phrase.text), "seconds, %g to %g, at most 3 decimals, without quotes",
	         row->min / 1000.0, row->max / 1000.0);
	bind_refuse(load, key, key->value, phrase.text);
}

static void bind_real(struct load *load, const struct tree_node *key, char *member)
{
	double number;

	if (scalar_real(key->value, &number))
		memcpy(member, &number, sizeof(number));
	else
		bind_refuse(load, key, key->value, "a number, such as -12.5, without quotes");
}

static void bind_bool(struct load *load, const struct tree_node *key, char *member)
{
	const struct tree_node *value = key->value;
	bool truth;

	if (scalar_bool(value, &truth)) {
		memcpy(member, &truth, sizeof(truth));
		return;
	}
	bool word = value->kind == TREE_SCALAR && scalar_is_yes_or_no(value->text);

	bind_refuse(load, key, value, word ? "true or false, written so and without quotes" : "true or false");
}

static void add_word(struct phrase *phrase, const char *word)
{
	size_t length = strlen(phrase->text);

	snprintf(phrase->text + length, sizeof(phrase->text) - length, "%s%s", length ? ", " : "", word);
}

static void bind_choice(struct load *load, const struct bind_row *row, const struct tree_node *key, char *member)
{
	const struct tree_node *value = key->value;
	struct phrase phrase = {""};

	for (uint32_t i = 0; row->names[i]; i++) {
		if (value->kind == TREE_SCALAR && strcmp(row->names[i], value->text) == 0) {
			memcpy(member, &i, sizeof(i));
			return;
		}
		add_word(&phrase, row->names[i]);
	}
	bind_refuse(load, key, value, phrase.text);
}

static void bind_key(struct load *load, const struct bind_row *row, const struct tree_node *key, void *target)
{
	char *member = (char *)target + row->offset;

	switch (row->type) {
	case BIND_LATER:
		load_error(load, key, "'%s' is not supported yet", key->text);
		break;
	case BIND_TEXT:
	case BIND_LINES:
	case BIND_PATH:
		bind_text(load, row, key, member);
		break;
	case BIND_ID:
		bind_id(load, key, member);
		break;
	case BIND_U8:
	case BIND_U16:
	case BIND_U32:
		bind_number(load, row, key, member);
		break;
	case BIND_SECONDS:
		bind_seconds(load, row, key, member);
		break;
	case BIND_REAL:
		bind_real(load, key, member);
		break;
	case BIND_NODE:
		memcpy(member, &key->value, sizeof(key->value));
		break;
	case BIND_BOOL:
		bind_bool(load, key, member);
		break;
	case BIND_CHOICE:
		bind_choice(load, row, key, member);
		break;
	case BIND_OWN:
		row->own(load, key, target);
		break;
	}
}

/* --- the mapping --------------------------------------------------------------------------------- */

static bool applies(const struct bind_row *row, const struct bind_job *job)
{
	return row->kinds == 0 || job->kind == 0 || (row->kinds & job->kind);
}

static const struct bind_row *find_row(const struct bind_table *table, const char *key)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->rows[i].key, key) == 0)
			return &table->rows[i];
	}
	return NULL;
}

static void report_unknown(struct load *load, const struct bind_job *job, const struct tree_node *key)
{
	struct nearest nearest;
	struct load_hint hint;
	struct phrase phrase = {""};

	nearest_start(&nearest, key->text);
	for (size_t i = 0; i < job->table->count; i++) {
		const struct bind_row *row = &job->table->rows[i];

		if (row->type == BIND_LATER || !applies(row, job))
			continue;
		nearest_offer(&nearest, row->key);
		add_word(&phrase, row->key);
	}
	if (nearest.best)
		load_error(load, key, "unknown key '%.64s'%s", key->text, load_hint(&nearest, &hint));
	else
		load_error(load, key, "unknown key '%.64s'; allowed here: %s", key->text, phrase.text);
}

static void bind_one(struct load *load, const struct bind_job *job, const struct tree_node *key)
{
	const struct bind_row *row = find_row(job->table, key->text);

	if (row == NULL)
		report_unknown(load, job, key);
	else if (!applies(row, job))
		load_error(load, key, "'%s' is not for kind %s", key->text, job->kind_name);
	else
		bind_key(load, row, key, job->target);
}

static void report_missing(struct load *load, const struct bind_job *job)
{
	for (size_t i = 0; i < job->table->count; i++) {
		const struct bind_row *row = &job->table->rows[i];
		bool wanted = row->required && (row->kinds == 0 || (row->kinds & job->kind));

		if (wanted && tree_get(job->mapping, row->key) == NULL)
			load_error(load, job->where, "'%s' is missing", row->key);
	}
}

void bind_mapping(struct load *load, const struct bind_job *job)
{
	assert(job->table && job->where && job->mapping); /* where: a key, or a root, which is a mapping */
	if (job->mapping->kind != TREE_MAPPING) {
		struct phrase phrase;

		load_error(load, job->mapping, "'%.64s' is %s; allowed: a mapping with the keys of %s",
		           job->where->text, found(job->mapping, &phrase), job->table->section);
		return;
	}
	for (const struct tree_node *key = job->mapping->first; key; key = key->next) {
		if (!key->repeated)
			bind_one(load, job, key);
	}
	report_missing(load, job);
}

void bind_keys(const struct bind_table *table, site_key_call each, void *context)
{
	for (size_t i = 0; i < table->count; i++)
		each(context, table->section, table->rows[i].key, table->rows[i].type == BIND_LATER);
}
