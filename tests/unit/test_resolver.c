/* SPDX-License-Identifier: Apache-2.0 */
/* resolver: a lookup that hangs, fails or changes its mind; getaddrinfo() here does as the test says. */
#include "drivers/resolver.h"

#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 5000
#define START       ((struct mono){INT64_C(1000000000)})

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool hangs;      /* until it is told not to */
	unsigned inside; /* lookups that hang */
	unsigned calls;
	int error;       /* what it says instead of an address */
	unsigned last;   /* byte of the address: 127.0.0.x */
	unsigned copies; /* of it */
} dns = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void fill(struct addrinfo *list, struct sockaddr_in *address, unsigned last)
{
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000000u + last)};
	*list = (struct addrinfo){
	        .ai_family = AF_INET, .ai_addrlen = sizeof *address, .ai_addr = (struct sockaddr *)address};
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret_list)
{
	(void)hints;
	ck_assert_str_eq(service, "502");
	ck_assert_str_ne(host, "");
	pthread_mutex_lock(&dns.lock);
	dns.calls++;
	dns.inside++;
	pthread_cond_broadcast(&dns.changed);
	while (dns.hangs)
		pthread_cond_wait(&dns.changed, &dns.lock);
	dns.inside--;
	pthread_cond_broadcast(&dns.changed);
	int error = dns.error;
	unsigned count = dns.copies, last = dns.last;
	pthread_mutex_unlock(&dns.lock);
	if (error)
		return error;
	struct addrinfo *list = calloc(count, sizeof *list + sizeof(struct sockaddr_in));
	struct sockaddr_in *addresses = (struct sockaddr_in *)(list + count);
	for (unsigned i = 0; i < count; i++) {
		fill(&list[i], &addresses[i], last + i);
		list[i].ai_next = i + 1 < count ? &list[i + 1] : NULL;
	}
	*ret_list = list;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	free(list);
}

static void set_dns(int error, unsigned last)
{
	pthread_mutex_lock(&dns.lock);
	dns.error = error;
	dns.last = last;
	pthread_mutex_unlock(&dns.lock);
}

static void set_hanging(bool hangs)
{
	pthread_mutex_lock(&dns.lock);
	dns.hangs = hangs;
	pthread_cond_broadcast(&dns.changed);
	pthread_mutex_unlock(&dns.lock);
}

/* Until so many lookups are under way. */
static void wait_inside(unsigned count)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_MS / 1000;
	pthread_mutex_lock(&dns.lock);
	while (dns.inside != count)
		ck_assert_int_eq(pthread_cond_timedwait(&dns.changed, &dns.lock, &end), 0);
	pthread_mutex_unlock(&dns.lock);
}

static unsigned threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static struct resolver *resolver;
static uint32_t name;

static void setup(void)
{
	dns.hangs = false;
	dns.error = 0;
	dns.last = dns.copies = 1;
	dns.calls = 0;
	ck_assert_int_eq(resolver_new(8, &resolver), 0);
	ck_assert_int_eq(resolver_add(resolver, "gate.example", 502, &name), 0);
}

static void teardown(void)
{
	set_hanging(false);
	resolver_free(&resolver);
	ck_assert_ptr_null(resolver);
}

/* The answer, when there are so many lookups. */
static struct resolver_answer wait_answer(uint32_t of, uint32_t lookups)
{
	struct resolver_answer answer = {0};
	struct pollfd one = {.fd = resolver_fd(resolver), .events = POLLIN};

	resolver_read(resolver, of, &answer);
	while (answer.lookups < lookups) {
		ck_assert_int_eq(poll(&one, 1, PATIENCE_MS), 1);
		resolver_hear(resolver);
		resolver_read(resolver, of, &answer);
	}
	return answer;
}

static unsigned last_byte(const struct resolver_answer *answer, size_t index)
{
	return ntohl(((const struct sockaddr_in *)&answer->addresses[index].any)->sin_addr.s_addr) & 0xFF;
}

START_TEST(answer_comes_by_the_descriptor)
{
	struct pollfd one = {.fd = resolver_fd(resolver), .events = POLLIN};

	ck_assert_int_eq(poll(&one, 1, 0), 0);
	resolver_ask(resolver, name, START);
	struct resolver_answer answer = wait_answer(name, 1);
	ck_assert_uint_eq(answer.count, 1);
	ck_assert_ptr_null(answer.error);
	ck_assert_uint_eq(last_byte(&answer, 0), 1);
	ck_assert_int_eq(poll(&one, 1, 0), 0);
}
END_TEST

START_TEST(lookup_that_hangs_stops_nobody)
{
	struct resolver_answer answer;

	set_hanging(true);
	resolver_ask(resolver, name, START);
	wait_inside(1);
	resolver_ask(resolver, name, mono_add_ms(START, 60000)); /* returns, and puts no second question */
	resolver_read(resolver, name, &answer);
	ck_assert_uint_eq(answer.lookups, 0);
	ck_assert_uint_eq(answer.count, 0);
	set_hanging(false);
	answer = wait_answer(name, 1);
	ck_assert_uint_eq(dns.calls, 1);
}
END_TEST

START_TEST(failed_lookup_keeps_the_addresses)
{
	resolver_ask(resolver, name, START);
	wait_answer(name, 1);
	set_dns(EAI_AGAIN, 0);
	resolver_ask(resolver, name, mono_add_ms(START, LIMIT_RESOLVE_MS));
	struct resolver_answer answer = wait_answer(name, 2);
	ck_assert_str_eq(answer.error, gai_strerror(EAI_AGAIN));
	ck_assert_uint_eq(answer.count, 1);
	ck_assert_uint_eq(last_byte(&answer, 0), 1);
	set_dns(0, 9);
	resolver_ask(resolver, name, mono_add_ms(START, 2 * LIMIT_RESOLVE_MS));
	answer = wait_answer(name, 3);
	ck_assert_ptr_null(answer.error);
	ck_assert_uint_eq(last_byte(&answer, 0), 9);
}
END_TEST

START_TEST(one_name_is_not_asked_too_often)
{
	resolver_ask(resolver, name, START);
	wait_answer(name, 1);
	resolver_ask(resolver, name, mono_add_ms(START, LIMIT_RESOLVE_MS - 1));
	resolver_ask(resolver, name, mono_add_ms(START, LIMIT_RESOLVE_MS));
	wait_answer(name, 2);
	ck_assert_uint_eq(dns.calls, 2);
}
END_TEST

START_TEST(all_names_are_answered_however_many_wait)
{
	uint32_t names[7];
	unsigned before = threads();

	set_hanging(true);
	resolver_ask(resolver, name, START);
	wait_inside(1);
	for (size_t i = 0; i < 7; i++) {
		ck_assert_int_eq(resolver_add(resolver, "door.example", 502, &names[i]), 0);
		for (int times = 0; times < 3; times++)
			resolver_ask(resolver, names[i], mono_add_ms(START, times * 10000));
	}
	set_hanging(false);
	for (size_t i = 0; i < 7; i++)
		ck_assert_uint_eq(wait_answer(names[i], 1).count, 1);
	ck_assert_uint_eq(dns.calls, 8);
	ck_assert_uint_eq(threads(), before); /* the one of the first name */
}
END_TEST

START_TEST(more_addresses_than_a_module_has)
{
	dns.copies = LIMIT_ADDRESSES + 3;
	resolver_ask(resolver, name, START);
	struct resolver_answer answer = wait_answer(name, 1);
	ck_assert_uint_eq(answer.count, LIMIT_ADDRESSES);
	ck_assert_uint_eq(last_byte(&answer, LIMIT_ADDRESSES - 1), LIMIT_ADDRESSES);
}
END_TEST

START_TEST(freeing_does_not_wait_for_a_lookup)
{
	set_hanging(true);
	resolver_ask(resolver, name, START);
	wait_inside(1);
	resolver_free(&resolver);
	ck_assert_ptr_null(resolver);
	set_hanging(false); /* only now the lookup ends, and with it its thread */
	wait_inside(0);
}
END_TEST

START_TEST(no_thread_without_a_name)
{
	struct resolver *other = NULL;
	unsigned before = threads();

	ck_assert_int_eq(resolver_new(3, &other), 0);
	ck_assert_uint_eq(threads(), before);
	resolver_free(&other);
}
END_TEST

START_TEST(name_that_no_host_has)
{
	char text[LIMIT_HOST + 2];
	uint32_t other = 77;

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ck_assert_int_eq(resolver_add(resolver, text, 502, &other), -ENAMETOOLONG);
	ck_assert_uint_eq(other, 77);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resolver");
	TCase *tc = tcase_create("names");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, answer_comes_by_the_descriptor);
	tcase_add_test(tc, lookup_that_hangs_stops_nobody);
	tcase_add_test(tc, failed_lookup_keeps_the_addresses);
	tcase_add_test(tc, one_name_is_not_asked_too_often);
	tcase_add_test(tc, all_names_are_answered_however_many_wait);
	tcase_add_test(tc, more_addresses_than_a_module_has);
	tcase_add_test(tc, freeing_does_not_wait_for_a_lookup);
	tcase_add_test(tc, no_thread_without_a_name);
	tcase_add_test(tc, name_that_no_host_has);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
