/* SPDX-License-Identifier: Apache-2.0 */
/* field - see field.h */
#include "gateway/field.h"

#include "drivers/transaction.h"
#include "gateway/latches.h"
#include "gateway/life.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US    1000000
#define ASK_UNTIL_MS 3000 /* a question that could not be asked for so long has no answer */
#define WRITE_MS     1000 /* and a write that could not go out is tried again by the outputs' own rules */

/* One exchange of the field's own, for a device's identity, an output or a latched point. */
struct errand {
	struct field *field;
	uint32_t subject;
	struct job job;
};

/* What of a link was seen before. */
struct link_seen {
	const struct link_stats *stats;
	uint64_t connects;
	uint64_t faults[FAULT_COUNT]; /* when the latest request of a watched link went out */
};

struct field {
	struct field_setup setup;
	struct poller *poller;
	struct identity *identity;
	struct trace *trace;
	struct errand *questions; /* by device */
	struct errand *writes;    /* by output */
	struct errand *clears;    /* of the latched points, in the order of the points */
	size_t clear_count;
	bool *refused;      /* by point: the device refuses to have it read */
	uint32_t *refusals; /* by device: so many of its points */
	struct latches *latches;
	struct life *life;
	struct link_seen *links;
	struct mono next_second;
};

/* --- samples ---------------------------------------------------------------------------------------- */

static void pass_sample(void *context, const struct sample *sample)
{
	struct field *field = context;

	engine_sample(field->setup.engine, sample, field->setup.recorder->mono);
	outputs_sample(field->setup.outputs, sample);
	latches_sample(field->latches, sample);
	life_sample(field->life, sample);
}

/* A connection that is new since the last sample: whoever is at its other end must prove itself first. */
static void look_for_connect(struct field *field, uint32_t link, struct mono at)
{
	struct link_seen *seen = &field->links[link];

	if (seen->connects == seen->stats->connects)
		return;
	seen->connects = seen->stats->connects;
	identity_connected(field->identity, link, at);
}

static void take_sample(void *context, const struct sample *sample)
{
	struct field *field = context;
	const struct site *site = field->setup.site;

	look_for_connect(field, site->devices[site->points[sample->point].device].link, sample->at);
	identity_sample(field->identity, sample);
}

static void take_device(void *context, uint32_t device, bool lost, enum fault fault, struct mono at)
{
	struct field *field = context;

	identity_device(field->identity, device, lost, at);
	engine_device(field->setup.engine, device, lost, fault, at);
}

static void take_link(void *context, const struct link_change *change)
{
	struct field *field = context;

	if (field->setup.link)
		field->setup.link(field->setup.link_context, change);
}

static void take_substituted(void *context, uint32_t device, bool substituted, const char *said, struct mono at)
{
	struct field *field = context;
	struct engine_device_news news = {
	        .device = device, .condition = COND_DEVICE_SUBSTITUTED, .active = substituted, .said = said};

	(void)at;
	engine_device_condition(field->setup.engine, &news, field->setup.recorder->mono);
}

static void take_stuck(void *context, uint32_t device, bool stuck, struct mono at)
{
	struct field *field = context;
	struct engine_device_news news = {.device = device, .condition = COND_STUCK, .active = stuck};

	(void)at;
	engine_device_condition(field->setup.engine, &news, field->setup.recorder->mono);
}

/* A device whose map is not what the site file says: some points are refused, the others go on. */
static void take_map(void *context, const struct poller_refusal *refusal)
{
	struct field *field = context;
	uint32_t device = field->setup.site->points[refusal->point].device;
	char said[LIMIT_REASON + 1] = "";

	if (field->refused[refusal->point] == refusal->refused)
		return;
	field->refused[refusal->point] = refusal->refused;
	field->refusals[device] += refusal->refused ? 1 : -1u;
	snprintf(said, sizeof said, "%s: exception %u", field->setup.site->points[refusal->point].name, refusal->code);
	struct engine_device_news news = {.device = device,
	                                  .condition = COND_DEVICE_MAP,
	                                  .active = field->refusals[device] > 0,
	                                  .said = refusal->refused ? said : NULL};
	engine_device_condition(field->setup.engine, &news, field->setup.recorder->mono);
}

/* --- exchanges -------------------------------------------------------------------------------------- */

static int submit(struct field *field, struct errand *errand, const struct pdu *pdu, uint32_t device)
{
	const struct site_device *of = &field->setup.site->devices[device];

	errand->job.unit = of->unit;
	errand->job.length = pdu->length;
	memcpy(errand->job.pdu, pdu->bytes, pdu->length);
	return poller_submit(field->poller, of->link, &errand->job);
}

static void question_done(void *context, struct job *job, const struct job_result *result)
{
	struct errand *errand = context;
	struct identity_answer answer = {
	        .fault = result->fault, .code = result->code, .pdu = result->pdu, .length = result->length};

	(void)job;
	identity_answered(errand->field->identity, errand->subject, &answer, result->end);
}

static int ask(void *context, uint32_t device, const struct pdu *request)
{
	struct field *field = context;
	struct errand *errand = &field->questions[device];
	struct identity_view view;

	identity_view(field->identity, device, &view);
	errand->job = (struct job){.urgency = view.state == IDENTITY_CHECKING ? JOB_NORMAL : JOB_PATIENT,
	                           .until = mono_add_ms(field->setup.recorder->mono, ASK_UNTIL_MS),
	                           .context = errand,
	                           .done = question_done};
	return submit(field, errand, request, device);
}

static void write_done(void *context, struct job *job, const struct job_result *result)
{
	struct errand *errand = context;

	(void)job;
	outputs_written(errand->field->setup.outputs, errand->subject, result->fault, result->end);
}

static int write_output(void *context, uint32_t output, uint16_t value)
{
	struct field *field = context;
	struct errand *errand = &field->writes[output];
	const struct site_point *point = &field->setup.site->points[field->setup.site->outputs[output].point];
	struct pdu pdu = pdu_write(point->table, point->address, value);

	errand->job = (struct job){.urgency = JOB_URGENT,
	                           .origin = WRITE_OUTPUT,
	                           .until = mono_add_ms(field->setup.recorder->mono, WRITE_MS),
	                           .context = errand,
	                           .done = write_done};
	return submit(field, errand, &pdu, point->device);
}

static void clear_done(void *context, struct job *job, const struct job_result *result)
{
	struct errand *errand = context;

	(void)job;
	latches_written(errand->field->latches, errand->subject, result->fault, result->end);
}

static struct errand *clear_of(struct field *field, uint32_t point)
{
	for (size_t i = 0; i < field->clear_count; i++)
		if (field->clears[i].subject == point)
			return &field->clears[i];
	return NULL;
}

static int clear_latch(void *context, uint32_t index)
{
	struct field *field = context;
	struct errand *errand = clear_of(field, index);
	const struct site_point *point = &field->setup.site->points[index];
	struct pdu pdu = pdu_write(point->clear.table, point->clear.address, point->clear.value);

	assert(errand);
	errand->job = (struct job){.urgency = JOB_URGENT,
	                           .origin = WRITE_CLEAR,
	                           .until = mono_add_ms(field->setup.recorder->mono, WRITE_MS),
	                           .context = errand,
	                           .done = clear_done};
	return submit(field, errand, &pdu, point->device);
}

static void latch_cleared(void *context, uint32_t point)
{
	engine_cleared(((struct field *)context)->setup.engine, point);
}

static uint64_t head(void *context)
{
	return ((struct field *)context)->setup.recorder->head;
}

static uint64_t durable(void *context)
{
	return journal_durable(((struct field *)context)->setup.recorder->journal);
}

/* --- frames for people ------------------------------------------------------------------------------ */

/* What the link made of the exchange before: the class that it counted meanwhile. */
static enum fault fault_since(const struct link_seen *seen)
{
	for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
		if (seen->stats->faults[fault] != seen->faults[fault])
			return (enum fault)fault;
	return FAULT_NONE;
}

static void take_frame(void *context, uint32_t link, bool sent, const struct transaction_bytes *bytes, struct mono at)
{
	struct field *field = context;
	struct link_seen *seen = &field->links[link];

	if (!sent) {
		trace_heard(field->trace, link, bytes->data, bytes->length, at);
		return;
	}
	trace_ended(field->trace, link, fault_since(seen), at);
	memcpy(seen->faults, seen->stats->faults, sizeof seen->faults);
	trace_sent(field->trace, link, bytes->data, bytes->length, at);
}

int field_watch(struct field *field, uint32_t link, struct mono now)
{
	struct poller_tap tap = {.context = field, .frames = take_frame};
	int error = trace_watch(field->trace, link, now);

	if (!error)
		poller_set_tap(field->poller, &tap);
	return error;
}

const struct trace *field_trace(const struct field *field)
{
	return field->trace;
}

/* --- life ------------------------------------------------------------------------------------------- */

static struct errand *errands_new(struct field *field, size_t count)
{
	struct errand *errands = calloc(count + 1, sizeof *errands);

	for (uint32_t i = 0; errands && i < count; i++)
		errands[i] = (struct errand){.field = field, .subject = i};
	return errands;
}

static int tables_new(struct field *field)
{
	const struct site *site = field->setup.site;

	for (uint32_t i = 0; i < site->point_count; i++)
		field->clear_count += site->points[i].latched;
	field->questions = errands_new(field, site->device_count);
	field->writes = errands_new(field, site->output_count);
	field->clears = errands_new(field, field->clear_count);
	field->links = calloc(site->link_count + 1, sizeof *field->links);
	field->refused = calloc(site->point_count + 1, sizeof *field->refused);
	field->refusals = calloc(site->device_count + 1, sizeof *field->refusals);
	if (!field->questions || !field->writes || !field->clears || !field->links || !field->refused ||
	    !field->refusals)
		return -ENOMEM;
	size_t next = 0;
	for (uint32_t i = 0; i < site->point_count; i++)
		if (site->points[i].latched)
			field->clears[next++].subject = i;
	return 0;
}

static int parts_new(struct field *field)
{
	const struct field_setup *setup = &field->setup;
	struct poller_sink sink = {
	        .context = field, .sample = take_sample, .device = take_device, .link = take_link, .map = take_map};
	struct identity_setup identity = {.site = setup->site,
	                                  .context = field,
	                                  .ask = ask,
	                                  .sample = pass_sample,
	                                  .substituted = take_substituted};

	struct latches_hooks latches = {
	        .context = field, .head = head, .durable = durable, .clear = clear_latch, .cleared = latch_cleared};
	struct life_hooks life = {.context = field, .stuck = take_stuck};

	int error = tables_new(field);
	if (!error)
		error = latches_new(setup->site, &latches, &field->latches);
	if (!error)
		error = life_new(setup->site, &life, &field->life);
	if (!error)
		error = trace_new(&field->trace);
	if (!error)
		error = identity_new(&identity, &field->identity);
	if (!error)
		error = poller_new(setup->site, &sink, setup->recorder->mono, &field->poller);
	return error;
}

int field_new(const struct field_setup *setup, struct field **ret_field)
{
	struct field *field = calloc(1, sizeof *field);

	if (!field)
		return -ENOMEM;
	field->setup = *setup;
	int error = parts_new(field);
	if (error) {
		field_free(&field);
		return error;
	}
	for (uint32_t i = 0; i < setup->site->device_count; i++)
		if (setup->site->devices[i].identity.kind == IDENTITY_NONE) /* it had one, perhaps, before an edit */
			take_substituted(field, i, false, NULL, setup->recorder->mono);
	for (uint32_t i = 0; i < setup->site->link_count; i++)
		field->links[i].stats = poller_link_stats(field->poller, i);
	struct outputs_field outputs = {.context = field, .write = write_output, .durable = durable};
	outputs_connect(setup->outputs, &outputs);
	*ret_field = field;
	return 0;
}

void field_free(struct field **field)
{
	if (!*field)
		return;
	poller_free(&(*field)->poller);
	identity_free(&(*field)->identity);
	trace_free(&(*field)->trace);
	free((*field)->questions);
	free((*field)->writes);
	free((*field)->clears);
	free((*field)->refused);
	free((*field)->refusals);
	latches_free(&(*field)->latches);
	life_free(&(*field)->life);
	free((*field)->links);
	free(*field);
	*field = NULL;
}

struct poller *field_poller(const struct field *field)
{
	return field->poller;
}

const struct identity *field_identity(const struct field *field)
{
	return field->identity;
}

/* --- time ------------------------------------------------------------------------------------------- */

static void each_second(struct field *field, struct mono now)
{
	if (!mono_reached(now, field->next_second))
		return;
	field->next_second = mono_add_us(now, SECOND_US);
	for (uint32_t i = 0; i < field->setup.site->device_count; i++)
		identity_rtt(field->identity, i, poller_device_stats(field->poller, i)->rtt_p50_us);
}

void field_run(struct field *field, struct mono now)
{
	identity_run(field->identity, now);
	outputs_run(field->setup.outputs, now);
	latches_run(field->latches, now);
	life_run(field->life, now);
	each_second(field, now);
}

struct mono field_next(const struct field *field)
{
	struct mono next = mono_min(identity_next(field->identity), outputs_next(field->setup.outputs));

	next = mono_min(next,
	                mono_min(latches_next(field->latches, field->setup.recorder->mono), life_next(field->life)));
	return mono_min(next, field->next_second);
}
