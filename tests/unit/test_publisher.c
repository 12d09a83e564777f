/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher against a real mosquitto, heard by an independent subscriber. */
#include "tests/unit/publisher_fixture.c" /* a test is one file to the compiler */

#include <pthread.h>

static pthread_mutex_t command_lock = PTHREAD_MUTEX_INITIALIZER;
static struct publisher_command command;
static unsigned commands;

static void take_command(void *unused, const struct publisher_command *given)
{
	(void)unused;
	pthread_mutex_lock(&command_lock);
	command = *given;
	commands++;
	pthread_mutex_unlock(&command_lock);
}

static unsigned commands_taken(void)
{
	pthread_mutex_lock(&command_lock);
	unsigned count = commands;
	pthread_mutex_unlock(&command_lock);
	return count;
}

/* seq of the event in a line of the listener, 0: no event */
static uint64_t seq_of(const char *line)
{
	const char *found = strstr(line, "\"seq\":");
	unsigned long long seq = 0;

	if (!strstr(line, "/gw-1/event ") || !found || sscanf(found, "\"seq\":%llu", &seq) != 1)
		return 0;
	return seq;
}

/* Every event 1..last came, in order by first arrival, and a repeat has the same bytes. */
static void check_stream(uint64_t last)
{
	char *log = bench_read(&bench, "listener.log"), *rest = log, *line;
	char **first = calloc(last + 1, sizeof *first);
	uint64_t next = 1;

	while ((line = strsep(&rest, "\n")) != NULL) {
		uint64_t seq = seq_of(line);
		ck_assert_uint_le(seq, last);
		if (seq == 0)
			continue;
		ck_assert_msg(seq <= next, "seq %llu came before %llu", (unsigned long long)seq,
		              (unsigned long long)next);
		if (seq == next) {
			first[next++] = line;
		} else {
			ck_assert_str_eq(line, first[seq]);
		}
	}
	ck_assert_uint_eq(next, last + 1);
	free(first);
	free(log);
}

START_TEST(delivers_in_order_across_a_broker_restart)
{
	/* stopped in order, so that the broker itself keeps what it acknowledged and had not passed on */
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	start();
	append(400);
	bench_wait(stats().acked >= 200, 10);
	bench_stop_broker(&bench, SIGTERM);
	append(600);
	bench_wait(!stats().connected, 10);
	bench_start_broker(&bench, "");
	bench_wait(stats().acked == 1000, 20);
	bench_wait(bench_heard(&bench, "\"seq\":1000,") >= 1, 10);
	check_stream(1000);
}
END_TEST

START_TEST(resends_after_a_restart_with_the_same_id)
{
	append(10);
	start();
	bench_wait(stats().error[0] != '\0', 10);
	ck_assert(!stats().connected);
	publisher_stop(&publisher, 100);
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	start();
	bench_wait(stats().acked == 10, 10);
	publisher_stop(&publisher, 1000);
	journal_close(&journal);
	open_journal();
	start(); /* acknowledged is acknowledged: nothing again */
	append(1);
	bench_wait(stats().acked == 11, 10);
	bench_wait(bench_heard(&bench, "/event ") == 11, 10);
	check_stream(11);
}
END_TEST

START_TEST(says_online_and_stopped_and_beats)
{
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	start();
	bench_wait(bench_heard(&bench, "/status {\"state\":\"online\"") == 1, 10);
	bench_wait(bench_heard(&bench, "/heartbeat {") >= 2, 10);
	publisher_stop(&publisher, 1000);
	bench_wait(bench_heard(&bench, "/status {\"state\":\"offline\",\"reason\":\"stopped\"") == 1, 10);
	ck_assert_uint_eq(bench_heard(&bench, "\"reason\":\"lost\""), 0);
}
END_TEST

static int proxy_port;

static pid_t start_proxy(void)
{
	char line[200];

	if (proxy_port == 0) {
		proxy_port = bench_free_port();
		snprintf(url[0], sizeof url[0], "mqtt://127.0.0.1:%d", proxy_port);
	}
	snprintf(line, sizeof line, "exec socat TCP-LISTEN:%d,bind=127.0.0.1,fork,reuseaddr TCP:127.0.0.1:%d",
	         proxy_port, bench.port);
	pid_t proxy = bench_spawn(&bench, line, "proxy.log");
	bench_wait(bench_answers(proxy_port), 10);
	return proxy;
}

START_TEST(a_cut_connection_leaves_the_last_will)
{
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	pid_t proxy = start_proxy();
	start();
	bench_wait(stats().connected, 10);
	bench_wait(bench_heard(&bench, "\"state\":\"online\"") == 1, 10);
	bench_end(&proxy, SIGKILL);
	bench_wait(bench_heard(&bench, "/status {\"state\":\"offline\",\"reason\":\"lost\"") == 1, 10);
	proxy = start_proxy();
	bench_wait(bench_heard(&bench, "\"state\":\"online\"") == 2, 10);
	publisher_stop(&publisher, 1000);
	bench_end(&proxy, SIGKILL);
}
END_TEST

START_TEST(a_half_open_broker_is_noticed)
{
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	pid_t proxy = start_proxy();
	start();
	append(5);
	bench_wait(stats().acked == 5, 10);
	kill(-proxy, SIGSTOP);
	long long stopped = bench_now_ms();
	append(5);
	bench_wait(!stats().connected, 10);
	ck_assert_int_lt(bench_now_ms() - stopped, 8000);
	ck_assert_ptr_nonnull(strstr(stats().error, "no acknowledgement"));
	kill(-proxy, SIGCONT);
	bench_wait(stats().acked == 10, 30);
	bench_wait(bench_heard(&bench, "\"seq\":10,") >= 1, 10);
	check_stream(10);
	publisher_stop(&publisher, 1000);
	bench_end(&proxy, SIGKILL);
}
END_TEST

START_TEST(sends_state_and_clears_what_is_stale)
{
	char line[200];

	bench_start_broker(&bench, "");
	bench_listen(&bench);
	for (int i = 0; i < 3; i++) {
		snprintf(line, sizeof line,
		         "exec mosquitto_pub -p %d -V mqttv5 -q 1 -r -t picket/v1/test/gw-1/alarm/ghost-%d/door.forced "
		         "-m old",
		         bench.port, i);
		ck_assert_int_eq(bench_run(&bench, line), 0);
	}
	append(3);
	start();
	bench_wait(bench_heard(&bench, "/sensor/d1 {") >= 1, 10);
	bench_wait(bench_heard(&bench, "/area/a1 {") >= 1, 10);
	bench_wait(bench_heard(&bench, "/alarm/ghost-0/door.forced ") == 2, 10);
	bench_wait(bench_heard(&bench, "/alarm/ghost-2/door.forced ") == 2, 10);
	append(1);
	bench_wait(stats().acked == 4, 10);
	/* what the broker keeps now */
	snprintf(line, sizeof line,
	         "exec mosquitto_sub -p %d -V mqttv5 -t 'picket/#' --retained-only -W 2 -F 'kept %%t' >kept.log",
	         bench.port);
	bench_run(&bench, line);
	char *kept = bench_read(&bench, "kept.log");
	ck_assert_ptr_null(strstr(kept, "ghost"));
	ck_assert_ptr_nonnull(strstr(kept, "kept picket/v1/test/gw-1/sensor/d1\n"));
	ck_assert_ptr_nonnull(strstr(kept, "kept picket/v1/test/gw-1/status\n"));
	free(kept);
}
END_TEST

START_TEST(a_command_comes_in_and_its_answer_goes_where_it_was_asked_for)
{
	char line[300];
	struct publisher_command given;

	bench_start_broker(&bench, "");
	bench_listen(&bench);
	start();
	bench_wait(stats().connected, 10);
	snprintf(line, sizeof line,
	         "exec mosquitto_pub -p %d -V mqttv5 -q 1 -t picket/v1/test/gw-1/command -m '{\"id\":\"x\"}'"
	         " -D publish response-topic picket/v1/test/room/r1/answers -D publish correlation-data c-7",
	         bench.port);
	bench_wait(bench_run(&bench, line) == 0 && commands_taken() > 0, 10);
	pthread_mutex_lock(&command_lock);
	given = command;
	pthread_mutex_unlock(&command_lock);
	ck_assert_uint_eq(given.length, strlen("{\"id\":\"x\"}"));
	ck_assert_mem_eq(given.payload, "{\"id\":\"x\"}", given.length);
	ck_assert(!given.retained);
	ck_assert_str_eq(given.response_topic, "picket/v1/test/room/r1/answers");
	ck_assert_uint_eq(given.correlation_length, 3);
	ck_assert_int_eq(publisher_reply(publisher, &given, "{\"id\":\"x\",\"ok\":true}"), 0);
	bench_wait(bench_heard(&bench, "picket/v1/test/room/r1/answers {\"id\":\"x\",\"ok\":true}") == 1, 10);
	/* nobody can make us speak in our own stream */
	snprintf(given.response_topic, sizeof given.response_topic, "picket/v1/test/gw-1/event");
	ck_assert_int_eq(publisher_reply(publisher, &given, "{\"id\":\"y\"}"), 0);
	bench_wait(bench_heard(&bench, "picket/v1/test/gw-1/reply {\"id\":\"y\"}") == 1, 10);
}
END_TEST

START_TEST(a_refused_event_is_kept_and_offered_again)
{
	bench_write(&bench, "acl",
	            "topic readwrite picket/#\ntopic deny picket/v1/test/gw-1/event\ntopic readwrite ready\n");
	bench_start_broker(&bench, "acl_file acl\n");
	bench_listen(&bench);
	append(3);
	start();
	bench_wait(stats().refused == 3, 10);
	ck_assert_ptr_nonnull(strstr(stats().error, "event"));
	ck_assert_ptr_nonnull(strstr(stats().error, "(135)"));
	bench_wait(bench_heard(&bench, "/heartbeat {") >= 2, 10);
	ck_assert_uint_eq(stats().acked, 0);
	ck_assert_uint_eq(stats().refused, 3);
	bench_end(&bench.listener, SIGTERM);
	bench_stop_broker(&bench, SIGTERM);
	bench_wait(!stats().connected, 10);
	bench_start_broker(&bench, "");
	bench_listen(&bench);
	append(1);
	bench_wait(stats().acked == 4, 20);
	ck_assert_str_eq(stats().error, "");
}
END_TEST

START_TEST(an_event_larger_than_the_broker_takes_costs_only_itself)
{
	bench_start_broker(&bench, "max_packet_size 300\n");
	bench_listen(&bench);
	append(1);
	start();
	bench_wait(stats().refused >= 1, 10);
	bench_wait(strstr(stats().error, "(149)"), 10);
	ck_assert(stats().connected);
	ck_assert_uint_eq(stats().connects, 1);
	ck_assert_uint_eq(stats().acked, 0);
}
END_TEST

START_TEST(the_second_broker_serves_when_the_first_is_away)
{
	snprintf(url[0], sizeof url[0], "mqtt://127.0.0.1:%d", bench_free_port());
	snprintf(url[1], sizeof url[1], "mqtt://127.0.0.1:%d", bench.port);
	site.broker.url_count = 2;
	bench_start_broker(&bench, "");
	append(1);
	start();
	bench_wait(stats().acked == 1, 10);
	ck_assert_str_eq(stats().url, url[1]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("publisher");
	TCase *tests = tcase_create("publisher");

	on_command = take_command;
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, delivers_in_order_across_a_broker_restart);
	tcase_add_test(tests, resends_after_a_restart_with_the_same_id);
	tcase_add_test(tests, says_online_and_stopped_and_beats);
	tcase_add_test(tests, a_cut_connection_leaves_the_last_will);
	tcase_add_test(tests, a_half_open_broker_is_noticed);
	tcase_add_test(tests, sends_state_and_clears_what_is_stale);
	tcase_add_test(tests, a_command_comes_in_and_its_answer_goes_where_it_was_asked_for);
	tcase_add_test(tests, a_refused_event_is_kept_and_offered_again);
	tcase_add_test(tests, an_event_larger_than_the_broker_takes_costs_only_itself);
	tcase_add_test(tests, the_second_broker_serves_when_the_first_is_away);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
