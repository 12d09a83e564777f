/* SPDX-License-Identifier: Apache-2.0 */
/* journal: files that are not this gateway's sound journal are refused and not touched; a dead one's is read. */
#include "tests/unit/journal_victim.h"

/* --- refused -------------------------------------------------------------------------------------- */

static uint64_t digest(const char *path)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	FILE *file = fopen(path, "rb");
	int byte;

	ck_assert_ptr_nonnull(file);
	while ((byte = fgetc(file)) != EOF)
		hash = (hash ^ (uint64_t)byte) * UINT64_C(1099511628211);
	fclose(file);
	return hash;
}

static void expect_refused(int error, const char *words)
{
	uint64_t before = digest(rig.path);

	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &journal, rig.why), error);
	ck_assert_ptr_null(journal);
	ck_assert_msg(strstr(rig.why, words) && strstr(rig.why, rig.path), "%s", rig.why);
	ck_assert_uint_eq(digest(rig.path), before);
}

static void overwrite(long offset, const void *bytes, size_t length)
{
	FILE *file = fopen(rig.path, "r+b");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void make_closed(void)
{
	start();
	put_changes(1, 500);
	journal_close(&journal);
}

START_TEST(a_newer_format_is_refused)
{
	make_closed();
	overwrite(60, (const unsigned char[]){0, 0, 0, 99}, 4); /* user_version of the SQLite header */
	expect_refused(-ENOTSUP, "newer");
	ck_assert_int_eq(journal_reader_open(rig.path, &reader, rig.why), -ENOTSUP);
}
END_TEST

START_TEST(a_database_of_somebody_else_is_refused)
{
	make_closed();
	overwrite(68, (const unsigned char[]){0, 0, 0, 0}, 4); /* application_id */
	expect_refused(-EINVAL, "not a Picket journal");
	ck_assert_int_eq(journal_reader_open(rig.path, &reader, rig.why), -EINVAL);
}
END_TEST

START_TEST(another_gateways_journal_is_refused)
{
	char other[LIMIT_PATH];

	make_closed();
	rig.site.gateway = "gw-2";
	ck_assert_int_eq(journal_path(&rig.site, other, sizeof other), 0);
	ck_assert_int_eq(rename(rig.path, other), 0);
	snprintf(rig.path, sizeof rig.path, "%s", other);
	expect_refused(-EINVAL, "gateway gw-1");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
	FILE *file = fopen(rig.path, "w");

	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 1000; i++)
		fputs("not a database\n", file);
	fclose(file);
	expect_refused(-EUCLEAN, "not a database");
	ck_assert_int_eq(journal_reader_open(rig.path, &reader, rig.why), -EUCLEAN);
}
END_TEST

START_TEST(a_cut_file_is_refused)
{
	make_closed();
	ck_assert_int_eq(truncate(rig.path, 3 * 4096), 0);
	expect_refused(-EUCLEAN, rig.path);
}
END_TEST

START_TEST(a_garbled_page_of_state_is_refused)
{
	unsigned char garbage[4096];

	make_closed();
	memset(garbage, 0xa5, sizeof garbage);
	overwrite(3 * 4096, garbage, sizeof garbage); /* alarm: tables are made in the order of the schema */
	expect_refused(-EUCLEAN, "damaged");
}
END_TEST

START_TEST(a_second_daemon_is_refused)
{
	struct journal *second = NULL;

	start();
	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &second, rig.why), -EBUSY);
	ck_assert_ptr_null(second);
	ck_assert_ptr_nonnull(strstr(rig.why, "another picketd"));
	look(); /* a reader is not */
	journal_close(&journal);
	start();
}
END_TEST

START_TEST(no_journal_is_said_so)
{
	ck_assert_int_eq(journal_reader_open(rig.path, &reader, rig.why), -ENOENT);
	rig.site.journal_dir = "/proc/picket/none";
	ck_assert_int_lt(journal_open(&rig.context, RIG_NOW, &journal, rig.why), 0);
	ck_assert_ptr_nonnull(strstr(rig.why, "/proc/picket/none"));
}
END_TEST

/* --- a dead daemon's journal ------------------------------------------------------------------------- */

/* As somebody without any right to write; 0 when every step worked. */
static int read_as_nobody(uint64_t rows)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(2);
		int error = journal_reader_open(rig.path, &reader, rig.why);
		if (error < 0) {
			fprintf(stderr, "%s\n", rig.why);
			_exit(error == -EROFS ? 3 : 4);
		}
		struct rows found = {0};
		error = journal_read(reader, 0, 1000000, take_row, &found);
		_exit(error < 0 ? 5 : found.count >= rows ? 0 : 6);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void open_to_all(bool shm)
{
	char side[LIMIT_PATH + 8];

	ck_assert_int_eq(chmod(rig.path, 0444), 0);
	snprintf(side, sizeof side, "%s-wal", rig.path);
	ck_assert(chmod(side, 0444) == 0 || errno == ENOENT);
	snprintf(side, sizeof side, "%s-shm", rig.path);
	ck_assert((shm ? chmod(side, 0444) : unlink(side)) == 0 || errno == ENOENT);
	ck_assert_int_eq(chmod(rig.directory, 0555), 0);
}

START_TEST(a_closed_journal_is_read_where_nothing_can_be_written)
{
	make_closed();
	open_to_all(true);
	ck_assert_int_eq(read_as_nobody(500), 0);
}
END_TEST

START_TEST(a_killed_daemons_journal_is_read_where_nothing_can_be_written)
{
	struct record last = kill_after(10000);

	ck_assert_uint_gt(last.durable, 0);
	open_to_all(true);
	ck_assert_int_eq(read_as_nobody(last.durable), 0);
}
END_TEST

START_TEST(a_journal_that_would_be_read_without_its_wal_is_refused)
{
	ck_assert_uint_gt(kill_after(10000).durable, 0);
	open_to_all(false);
	ck_assert_int_eq(read_as_nobody(1), 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal_refused");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, a_newer_format_is_refused);
	tcase_add_test(tests, a_database_of_somebody_else_is_refused);
	tcase_add_test(tests, another_gateways_journal_is_refused);
	tcase_add_test(tests, a_file_that_is_no_database_is_refused);
	tcase_add_test(tests, a_cut_file_is_refused);
	tcase_add_test(tests, a_garbled_page_of_state_is_refused);
	tcase_add_test(tests, a_second_daemon_is_refused);
	tcase_add_test(tests, no_journal_is_said_so);
	tcase_add_test(tests, a_closed_journal_is_read_where_nothing_can_be_written);
	tcase_add_test(tests, a_killed_daemons_journal_is_read_where_nothing_can_be_written);
	tcase_add_test(tests, a_journal_that_would_be_read_without_its_wal_is_refused);
	return run(suite);
}
