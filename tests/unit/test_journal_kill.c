/* SPDX-License-Identifier: Apache-2.0 */
/* journal: kill -9 at random instants. Nothing that was called durable is missing, no number is left out or used
 * twice, and the state belongs to the last event. PICKET_SEED repeats a run. */
#include "tests/unit/journal_victim.h"

#define ROUNDS   60
#define ROUND_MS 40 /* the longest that a victim lives after its first durable event */

/* The events follow one another, the head is the last, and the alarm's state is that of its last event. */
static uint64_t check_whole(uint64_t after)
{
	uint64_t head, acked;
	char occurrence[64];

	look();
	struct rows rows = read_rows(after, UINT32_MAX);
	ck_assert_int_eq(journal_read_head(reader, &head, &acked), 0);
	ck_assert(!rows.gap);
	if (rows.count)
		ck_assert_uint_eq(rows.first, after + 1);
	ck_assert_uint_eq(rows.count ? rows.last : after, head);
	ck_assert_uint_le(acked, head);
	if (head >= 5) {
		snprintf(occurrence, sizeof occurrence, "\"occurrence\":\"gw-1/6b04aa08/%llu\"",
		         (unsigned long long)(head - head % 5));
		struct topics topics = read_topics("alarm/sp3-inner/door.forced", 0);
		ck_assert_msg(strstr(topics.payload, occurrence), "%s in %s", occurrence, topics.payload);
	}
	journal_reader_close(&reader);
	return head;
}

START_TEST(nothing_durable_is_lost_by_kill_9)
{
	unsigned seed = (unsigned)rig_us();
	const char *given = getenv("PICKET_SEED");
	uint64_t head = 0, durable = 0;

	if (given)
		ck_assert_int_eq(sscanf(given, "%u", &seed), 1);
	printf("kill -9: PICKET_SEED=%u\n", seed);
	fflush(stdout);
	for (int round = 0; round < ROUNDS; round++) {
		long us = round % 10 == 9 ? -1 : rand_r(&seed) % (ROUND_MS * 1000);
		struct record last = kill_after(us);
		if (us < 0 && access(rig.path, F_OK) < 0)
			continue; /* died before it made the file */
		if (last.durable > durable)
			durable = last.durable;
		if (round % 3 == 1)
			continue; /* so that the next daemon, not a reader, is the first to find what this one left */
		uint64_t now = check_whole(head);
		ck_assert_uint_ge(now, durable);
		ck_assert_uint_ge(now, head);
		if (round % 10 == 0)
			check_integrity();
		head = now;
	}
	check_integrity();
	check_whole(0);
	printf("kill -9: %d rounds, %llu events\n", ROUNDS, (unsigned long long)head);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal_kill");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, nothing_durable_is_lost_by_kill_9);
	return run(suite);
}
