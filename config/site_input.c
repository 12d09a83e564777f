/* SPDX-License-Identifier: Apache-2.0 */
/* site_input - how truth is made of points, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <math.h>
#include <string.h>

/* NAMUR NE43: below the first and above the second a transmitter, or its wire, is broken. */
#define NE43_LOW_MA  3.6
#define NE43_HIGH_MA 21.0

struct site_input load_no_input(void)
{
	return (struct site_input){
	        .point = SITE_NONE, .other = SITE_NONE, .loop = SITE_NONE, .above = HUGE_VAL, .below = -HUGE_VAL};
}

/* --- the mapping --------------------------------------------------------------------------------- */

struct input_job {
	const struct tree_node *point, *namur, *pair, *counter; /* what is looked at: one of these */
	const struct tree_node *loop, *is;                      /* and how, with point */
	double above, below, hysteresis;
	const struct tree_node *where; /* the mapping */
	enum site_role role;
};

#define IN_JOB(member) offsetof(struct input_job, member)

static const struct bind_row input_rows[] = {
        {.key = "point", .type = BIND_NODE, .offset = IN_JOB(point)},
        {.key = "above", .type = BIND_REAL, .offset = IN_JOB(above)},
        {.key = "below", .type = BIND_REAL, .offset = IN_JOB(below)},
        {.key = "hysteresis", .type = BIND_REAL, .offset = IN_JOB(hysteresis)},
        {.key = "is", .type = BIND_NODE, .offset = IN_JOB(is)},
        {.key = "loop", .type = BIND_NODE, .offset = IN_JOB(loop)},
        {.key = "namur", .type = BIND_NODE, .offset = IN_JOB(namur)},
        {.key = "pair", .type = BIND_NODE, .offset = IN_JOB(pair)},
        {.key = "counter", .type = BIND_NODE, .offset = IN_JOB(counter)},
};
const struct bind_table table_input = BIND_TABLE("an input", input_rows);

/* A reason to refuse, at a key of the mapping. */
static void refuse(struct load *load, const struct input_job *job, const char *key, const char *why)
{
	const struct tree_node *value = tree_get(job->where, key);

	load_error(load, value ? value : job->where, "'%s' %s", key, why);
}

static bool has_sides(const struct input_job *job)
{
	return tree_get(job->where, "above") || tree_get(job->where, "below");
}

/* --- points of the right sort -------------------------------------------------------------------- */

static const struct site_point *row_of(struct load *load, uint32_t point)
{
	return &load->site->points[point];
}

static const char *sort_of(const struct site_point *point)
{
	if (point->counter)
		return "a counter";
	return point->type == TYPE_BIT ? "one bit" : "a number";
}

/* A point of one bit. */
static uint32_t bit_point(struct load *load, const struct tree_node *value, bool *ret_invert)
{
	uint32_t point = load_point(load, value, ret_invert);

	if (point == SITE_NONE || row_of(load, point)->type == TYPE_BIT)
		return point;
	load_error(load, value, "'%.64s' is %s, and a bit is wanted; %s", value->text, sort_of(row_of(load, point)),
	           row_of(load, point)->counter ? "write {counter: DEVICE/POINT} where each count is an event"
	                                        : "write {point: DEVICE/POINT, and above, below, is or loop}");
	return SITE_NONE;
}

static uint32_t number_point(struct load *load, const struct tree_node *value, bool *ret_invert)
{
	uint32_t point = load_point(load, value, ret_invert);

	if (point == SITE_NONE || (row_of(load, point)->type != TYPE_BIT && !row_of(load, point)->counter))
		return point;
	load_error(load, value, "'%.64s' is %s, and a number is wanted", value->text, sort_of(row_of(load, point)));
	return SITE_NONE;
}

static uint32_t counter_point(struct load *load, const struct tree_node *value)
{
	uint32_t point = load_point(load, value, NULL);

	if (point == SITE_NONE || row_of(load, point)->counter)
		return point;
	load_error(load, value, "'%.64s' is no counter; its point needs counter: true", value->text);
	return SITE_NONE;
}

static void keep(struct load *load, uint32_t point, enum site_form form, struct site_input *input)
{
	if (point == SITE_NONE)
		return;
	load->site->points[point].used = true;
	input->point = point;
	input->form = form;
}

/* --- one form each ------------------------------------------------------------------------------- */

static void check_sides(struct load *load, const struct input_job *job)
{
	bool both = tree_get(job->where, "above") && tree_get(job->where, "below");

	if (job->hysteresis < 0)
		refuse(load, job, "hysteresis", "is negative");
	if (both && job->above - job->hysteresis < job->below + job->hysteresis)
		refuse(load, job, "above", "leaves no room above below, the hysteresis of both taken off");
}

static void take_level(struct load *load, const struct input_job *job, struct site_input *input)
{
	check_sides(load, job);
	keep(load, number_point(load, job->point, &input->invert), FORM_LEVEL, input);
	input->above = job->above;
	input->below = job->below;
	input->hysteresis = job->hysteresis;
}

bool load_is_current(double value)
{
	return !isfinite(value) || (value > NE43_LOW_MA && value < NE43_HIGH_MA);
}

static uint32_t current_point(struct load *load, const struct tree_node *value, bool *ret_invert)
{
	uint32_t point = number_point(load, value, ret_invert);
	const char *unit = point == SITE_NONE ? "mA" : row_of(load, point)->unit;

	if (unit && strcmp(unit, "mA") == 0)
		return point;
	load_error(load, value, "'%.64s' has %s%.16s, and NAMUR NE43 is about a current; its point needs unit: mA",
	           value->text, unit ? "the unit " : "no unit", unit ? unit : "");
	return SITE_NONE;
}

static void take_namur(struct load *load, const struct input_job *job, struct site_input *input)
{
	check_sides(load, job);
	if (!has_sides(job) && job->role != ROLE_LEVEL)
		refuse(load, job, "namur", "needs above or below: the current from which it is true");
	if (!load_is_current(job->above))
		refuse(load, job, "above", "is not between 3.6 and 21 mA; outside of that the wire is broken");
	if (!load_is_current(job->below))
		refuse(load, job, "below", "is not between 3.6 and 21 mA; outside of that the wire is broken");
	keep(load, current_point(load, job->namur, &input->invert), FORM_NAMUR, input);
	input->above = job->above;
	input->below = job->below;
	input->hysteresis = job->hysteresis;
}

static bool find_value(struct load *load, const struct tree_node *name, const struct site_point *point,
                       int64_t *ret_raw)
{
	struct nearest nearest;
	struct load_hint hint;

	nearest_start(&nearest, name->kind == TREE_SCALAR ? name->text : "");
	for (uint32_t i = 0; i < point->enum_count; i++) {
		if (name->kind == TREE_SCALAR && strcmp(point->enums[i].name, name->text) == 0) {
			*ret_raw = point->enums[i].raw;
			return true;
		}
		nearest_offer(&nearest, point->enums[i].name);
	}
	load_error(load, name, "point '%s' has no value '%.64s'%s", point->name, nearest.wanted,
	           load_hint(&nearest, &hint));
	return false;
}

/* is: NAME, or is: [NAME, …]. */
static void take_is(struct load *load, const struct input_job *job, struct site_input *input)
{
	uint32_t point = number_point(load, job->point, &input->invert);
	const struct tree_node *is = job->is;
	bool list = is->kind == TREE_SEQUENCE;
	size_t count = list ? is->count : 1;
	int64_t *values = load_alloc(load, count + 1, sizeof(*values));

	if (point == SITE_NONE || values == NULL)
		return;
	if (row_of(load, point)->enum_count == 0) {
		load_error(load, is, "point '%s' has no values with names; give it values:", row_of(load, point)->name);
		return;
	}
	if (is->kind == TREE_MAPPING || count == 0)
		refuse(load, job, "is", "wants the name of a value, or a list of them");
	const struct tree_node *item = list ? is->first : is;

	for (size_t i = 0; i < count && is->kind != TREE_MAPPING; i++, item = item->next) {
		if (find_value(load, item, row_of(load, point), &values[input->value_count]))
			input->value_count++;
	}
	input->values = values;
	keep(load, point, FORM_ENUM, input);
}

static const char *unit_words(const char *unit)
{
	return unit ? unit : "raw counts";
}

static void take_loop(struct load *load, const struct input_job *job, struct site_input *input)
{
	uint32_t point = number_point(load, job->point, &input->invert);

	input->loop = load_find(load, SECTION_LOOPS, job->loop, "loop");
	if (point == SITE_NONE || input->loop == SITE_NONE)
		return;
	const struct site_loop *loop = &load->site->loops[input->loop];
	const struct site_point *row = row_of(load, point);
	bool scaled = row->scale != 1 || row->offset != 0;

	if (strcmp(unit_words(loop->unit), unit_words(row->unit)) != 0)
		load_error(load, job->loop, "the bands of loop '%s' are in %.16s, and point '%s' is in %.16s", loop->id,
		           unit_words(loop->unit), row->name, unit_words(row->unit));
	else if (loop->unit == NULL && scaled)
		load_error(load, job->loop,
		           "the bands of loop '%s' are in raw counts, and point '%s' has a scale; give both a unit",
		           loop->id, row->name);
	keep(load, point, FORM_LOOP, input);
}

static void take_pair(struct load *load, const struct input_job *job, struct site_input *input)
{
	const struct tree_node *list = job->pair;

	if (list->kind != TREE_SEQUENCE || list->count != 2) {
		refuse(load, job, "pair",
		       "wants a list of two points: the contact that closes, then the one that opens");
		return;
	}
	uint32_t closes = bit_point(load, list->first, NULL), opens = bit_point(load, list->first->next, NULL);

	if (closes == SITE_NONE || opens == SITE_NONE)
		return;
	if (closes == opens)
		load_error(load, list->first->next, "the two contacts of a pair are the same point");
	keep(load, opens, FORM_PAIR, input);
	keep(load, closes, FORM_PAIR, input);
	input->other = opens;
}

static void take_counter(struct load *load, const struct input_job *job, struct site_input *input)
{
	if (job->role == ROLE_TRIGGER || job->role == ROLE_INPUT)
		keep(load, counter_point(load, job->counter), FORM_COUNTER, input);
	else if (job->role == ROLE_HIT || job->role == ROLE_COUNTER)
		refuse(load, job, "counter", "of a fence is a key of its own: counter: DEVICE/POINT");
	else
		refuse(load, job, "counter", "tells of moments; this input is a state that lasts");
}

/* --- which form ---------------------------------------------------------------------------------- */

static void take_point(struct load *load, const struct input_job *job, struct site_input *input)
{
	if (job->loop)
		take_loop(load, job, input);
	else if (job->is)
		take_is(load, job, input);
	else if (has_sides(job))
		take_level(load, job, input);
	else
		refuse(load, job, "point", "needs above, below, is or loop; one bit is written as DEVICE/POINT alone");
}

/* false: an error said which of the keys do not go together. */
static bool check_keys(struct load *load, const struct input_job *job)
{
	int what = (job->point != NULL) + (job->namur != NULL) + (job->pair != NULL) + (job->counter != NULL);
	int how = (job->loop != NULL) + (job->is != NULL) + has_sides(job);
	const char *lonely = job->loop ? "loop" : "is";

	if (what != 1)
		load_error(load, job->where, "an input has one of: point, namur, pair, counter");
	else if (job->point && how > 1)
		load_error(load, job->where, "a point has one of: above and below, is, loop");
	else if (!job->point && (job->loop || job->is))
		refuse(load, job, lonely, "goes with point");
	else if (!job->point && !job->namur && has_sides(job))
		refuse(load, job, tree_get(job->where, "above") ? "above" : "below", "goes with point or namur");
	else if (tree_get(job->where, "hysteresis") && !has_sides(job))
		refuse(load, job, "hysteresis", "has no effect without above or below");
	else
		return true;
	return false;
}

/* A level is compared with the sensor's threshold, so here only the point is of interest. */
static void take_threshold_level(struct load *load, const struct input_job *job, struct site_input *input)
{
	if (job->namur == NULL || has_sides(job))
		load_error(load, job->where,
		           "a level is DEVICE/POINT or {namur: DEVICE/POINT}; 'threshold' beside it says how much");
	else
		keep(load, current_point(load, job->namur, NULL), FORM_NAMUR, input);
}

static void take_mapping(struct load *load, const struct tree_node *value, enum site_role role,
                         struct site_input *input)
{
	struct input_job job = {.above = HUGE_VAL, .below = -HUGE_VAL, .where = value, .role = role};
	size_t before = load->errors->count + load->errors->omitted;

	bind_mapping(load, &(struct bind_job){.table = &table_input, .where = value, .mapping = value, .target = &job});
	if (load->errors->count + load->errors->omitted > before || !check_keys(load, &job))
		return;
	if (role == ROLE_LEVEL)
		take_threshold_level(load, &job, input);
	else if (job.point)
		take_point(load, &job, input);
	else if (job.namur)
		take_namur(load, &job, input);
	else if (job.pair)
		take_pair(load, &job, input);
	else
		take_counter(load, &job, input);
}

void load_input(struct load *load, const struct tree_node *value, enum site_role role, struct site_input *input)
{
	if (value->kind == TREE_MAPPING)
		take_mapping(load, value, role, input);
	else if (role == ROLE_COUNTER)
		keep(load, counter_point(load, value), FORM_COUNTER, input);
	else if (role == ROLE_LEVEL)
		keep(load, number_point(load, value, NULL), FORM_LEVEL, input);
	else
		keep(load, bit_point(load, value, &input->invert), FORM_BIT, input);
}
