/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_fixture - a site of one door, its journal and a publisher; compiled into the suites that use it. */
#include "gateway/publisher.h"
#include "tests/unit/broker.c"

#include <errno.h>
#include <sys/eventfd.h>

static struct bench bench;
static char url[2][64], journal_dir[100];
static const char *urls[] = {url[0], url[1]};
static struct site_area areas[] = {{.id = "a1", .title = "Area"}};
static struct site_sensor sensors[] = {{.id = "d1", .title = "Door", .kind = KIND_DOOR}};
static struct site site;
static struct event_context context;
static struct journal *journal;
static struct publisher *publisher;
static int wake;
static uint64_t head;

static void (*on_command)(void *context, const struct publisher_command *command);

static void open_journal(void)
{
	char why[256] = "";
	int error = journal_open(&context, (struct wall){1700000000000000}, &journal, why);

	ck_assert_msg(error == 0, "%s", why);
	head = journal_head(journal);
	ck_assert_int_eq(journal_start(journal, wake), 0);
}

static void start(void)
{
	struct publisher_setup setup = {.context = &context, .journal = journal, .command = on_command};
	char why[256] = "";
	int error = publisher_start(&setup, wake, &publisher, why);

	ck_assert_msg(error == 0, "%s", why);
}

static void append(unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		head++;
		struct event event = {.seq = head,
		                      .time = {1700000000000000 + (int64_t)head},
		                      .type = EVENT_SENSOR_CHANGED,
		                      .subject_kind = SUBJECT_SENSOR,
		                      .condition = COND_NONE,
		                      .sensor_state = head % 2 ? SENSOR_OPEN : SENSOR_CLOSED,
		                      .quality = QUALITY_GOOD,
		                      .point = SITE_NONE,
		                      .priority = 5};
		bench_wait(journal_room(journal) > 0, 10);
		ck_assert_int_eq(journal_append(journal, &event), 0);
		journal_flush(journal);
	}
}

static struct publisher_stats stats(void)
{
	struct publisher_stats now;

	publisher_stats(publisher, &now);
	return now;
}

static void set_up(void)
{
	bench_open(&bench);
	snprintf(url[0], sizeof url[0], "mqtt://127.0.0.1:%d", bench.port);
	snprintf(journal_dir, sizeof journal_dir, "%s/journal", bench.dir);
	site = (struct site){.site = "test",
	                     .gateway = "gw-1",
	                     .broker = {.url_count = 1, .urls = urls, .keepalive_s = 5},
	                     .journal_dir = journal_dir,
	                     .keep_days = 1,
	                     .area_count = 1,
	                     .sensor_count = 1,
	                     .areas = areas,
	                     .sensors = sensors,
	                     .hash = "00ff"};
	for (int role = 0; role < ROLE_COUNT; role++)
		sensors[0].inputs[role].point = SITE_NONE;
	context = (struct event_context){.site = &site, .boot = "boot-1"};
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	open_journal();
}

static void tear_down(void)
{
	publisher_stop(&publisher, 100);
	journal_close(&journal);
	close(wake);
	bench_close(&bench);
}
