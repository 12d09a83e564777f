/* SPDX-License-Identifier: Apache-2.0 */
/* site_rule - rules: what several sensors say together; see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#define PRIORITY_MAX  5
#define WITHIN_MAX_MS (LIMIT_RULE_WITHIN_S * 1000)

/* Each name a sensor; those that are none are said and left out. */
static size_t take_members(struct load *load, const struct tree_node *key, struct site_rule *rule)
{
	const struct tree_node *list = key->value;
	uint32_t *members;

	if (list->kind != TREE_SEQUENCE || list->count < 2 || list->count > LIMIT_RULE_MEMBERS) {
		bind_refuse(load, key, list, "a list of 2 to 32 sensors");
		return 0;
	}
	members = load_alloc(load, list->count, sizeof *members);
	rule->members = members;
	rule->member_count = 0;
	for (const struct tree_node *item = list->first; item && members; item = item->next) {
		uint32_t sensor = load_find(load, SECTION_SENSORS, item, "sensor");

		if (sensor != SITE_NONE)
			members[rule->member_count++] = sensor;
	}
	return list->count;
}

static void take_of(struct load *load, const struct tree_node *key, void *target)
{
	struct site_rule *rule = target;

	take_members(load, key, rule);
	for (size_t a = 0; a < rule->member_count; a++)
		for (size_t b = a + 1; b < rule->member_count; b++)
			if (rule->members[a] == rule->members[b])
				load_error(load, key->value, "a sensor stands twice; only different ones count");
}

static void take_sequence(struct load *load, const struct tree_node *key, void *target)
{
	struct site_rule *rule = target;

	take_members(load, key, rule);
	rule->sequence = true;
}

#define IN_RULE(member) offsetof(struct site_rule, member)

static const struct bind_row rule_rows[] = {
        {.key = "title", .type = BIND_TEXT, .offset = IN_RULE(title), .max = LIMIT_TITLE},
        {.key = "at_least", .type = BIND_U32, .offset = IN_RULE(at_least), .min = 2, .max = LIMIT_RULE_MEMBERS},
        {.key = "of", .type = BIND_OWN, .own = take_of},
        {.key = "sequence", .type = BIND_OWN, .own = take_sequence},
        {.key = "within_s",
         .type = BIND_SECONDS,
         .required = true,
         .offset = IN_RULE(within_ms),
         .min = 1000,
         .max = WITHIN_MAX_MS},
        {.key = "priority", .type = BIND_U8, .offset = IN_RULE(priority), .max = PRIORITY_MAX},
};
const struct bind_table table_rule = BIND_TABLE("rules", rule_rows);

/* A rule that can never fire is worse than none: people count on it. */
static void check_rule(struct load *load, const struct tree_node *key, const struct site_rule *rule)
{
	const struct tree_node *at_least = tree_get(key->value, "at_least"), *of = tree_get(key->value, "of");
	const struct tree_node *sequence = tree_get(key->value, "sequence");

	if (!sequence == !of)
		load_error(load, key, "a rule has either 'at_least' and 'of', or 'sequence'");
	else if (of && !at_least)
		load_error(load, key, "'at_least' is missing: how many of them");
	else if (sequence && at_least)
		load_error(load, at_least, "'at_least' has no meaning for a sequence: all are wanted, in this order");
	else if (of && of->kind == TREE_SEQUENCE && of->count >= 2 && rule->at_least > of->count)
		load_error(load, at_least, "this rule can never fire: at least %u of %zu sensors", rule->at_least,
		           of->count);
}

void load_rules(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_RULES];
	struct site *site = load->site;

	site->rules = load_alloc(load, section->count + 1, sizeof(*site->rules));
	if (site->rules == NULL)
		return;
	site->rule_count = section->count;
	for (size_t i = 0; i < section->count; i++) {
		const struct tree_node *key = section->keys[i];
		struct site_rule *rule = &site->rules[i];

		*rule = (struct site_rule){
		        .id = key->text, .title = key->text, .priority = 1, .place = load_place(key)};
		bind_mapping(load, &(struct bind_job){
		                           .table = &table_rule, .where = key, .mapping = key->value, .target = rule});
		if (key->value->kind == TREE_MAPPING)
			check_rule(load, key, rule);
	}
}
