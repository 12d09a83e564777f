/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher and a real mosquitto over TLS; what goes wrong is explained. */
#include "tests/unit/publisher_fixture.c" /* a test is one file to the compiler */

static const char certificates[] =
        "set -e\n"
        "ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$1 -keyout "
        "$1.key -out $1.pem; }\n"
        "cert() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$1 -keyout $1.key -out "
        "$1.csr;\n"
        " printf 'subjectAltName=%s' $2 >$1.ext;\n"
        " openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem; "
        "}\n"
        "ca ca; ca other; cert server DNS:localhost; cert stranger DNS:elsewhere.example; cert gw-1 DNS:gw-1\n"
        "chmod 640 *.key\n";

static char ca_file[100], cert_file[100], key_file[100];

static void use_tls_files(void)
{
	snprintf(url[0], sizeof url[0], "mqtts://localhost:%d", bench.port);
	snprintf(ca_file, sizeof ca_file, "%s/ca.pem", bench.dir);
	snprintf(cert_file, sizeof cert_file, "%s/gw-1.pem", bench.dir);
	snprintf(key_file, sizeof key_file, "%s/gw-1.key", bench.dir);
	site.broker.ca_file = ca_file;
	site.broker.cert_file = cert_file;
	site.broker.key_file = key_file;
}

static void start_tls_broker(const char *server)
{
	char more[400];

	ck_assert_int_eq(bench_run(&bench, certificates), 0);
	snprintf(more, sizeof more, "cafile ca.pem\ncertfile %s.pem\nkeyfile %s.key\nrequire_certificate true\n",
	         server, server);
	bench_start_broker(&bench, more);
	use_tls_files();
}

START_TEST(tls_with_a_client_certificate_works)
{
	start_tls_broker("server");
	append(100);
	start();
	bench_wait(stats().acked == 100, 15);
	ck_assert_str_eq(stats().error, "");
}
END_TEST

static void expect_error(const char *text)
{
	start();
	bench_wait(stats().error[0] != '\0', 20);
	ck_assert_msg(strstr(stats().error, text), "it says: %s", stats().error);
	ck_assert(!stats().connected);
}

START_TEST(tls_explains_a_wrong_ca)
{
	start_tls_broker("server");
	snprintf(ca_file, sizeof ca_file, "%s/other.pem", bench.dir);
	expect_error("certificate verify failed: ");
}
END_TEST

START_TEST(tls_explains_a_wrong_host)
{
	start_tls_broker("stranger");
	expect_error("host name does not match: localhost is not in the broker's certificate");
}
END_TEST

START_TEST(tls_explains_a_missing_client_certificate)
{
	start_tls_broker("server");
	site.broker.cert_file = NULL;
	site.broker.key_file = NULL;
	expect_error("the broker wants a client certificate");
}
END_TEST

START_TEST(a_key_that_everybody_may_read_stops_the_start)
{
	struct publisher_setup setup = {.context = &context, .journal = journal};
	char why[256] = "";

	start_tls_broker("server");
	chmod(key_file, 0644);
	ck_assert_int_eq(publisher_start(&setup, wake, &publisher, why), -EPERM);
	ck_assert_ptr_nonnull(strstr(why, "everybody may read the private key"));
	ck_assert_ptr_null(publisher);
}
END_TEST

START_TEST(a_missing_certificate_file_stops_the_start)
{
	struct publisher_setup setup = {.context = &context, .journal = journal};
	char why[256] = "";

	site.broker.ca_file = "/nowhere/ca.pem";
	ck_assert_int_eq(publisher_start(&setup, wake, &publisher, why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why, "/nowhere/ca.pem"));
}
END_TEST

/* The configuration that we ship, with the paths and the port of this test. */
START_TEST(the_reference_broker_lets_a_gateway_speak_in_its_own_tree)
{
	char more[900];

	ck_assert_int_eq(bench_run(&bench, certificates), 0);
	snprintf(
	        more, sizeof more,
	        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=test\\/gw-1' -keyout "
	        "gw-1.key -out gw-1.csr &&"
	        "openssl x509 -req -in gw-1.csr -CA ca.pem -CAkey ca.key -days 2 -out gw-1.pem && chmod 640 gw-1.key &&"
	        "sed -e 's#^listener .*#listener %d 127.0.0.1#' -e 's#/etc/mosquitto/certs/broker#%s/server#'"
	        " -e 's#/etc/mosquitto/certs#%s#' -e 's#/etc/mosquitto/picket.acl#%s/packaging/mosquitto/picket.acl#'"
	        " -e 's#/var/lib/mosquitto#%s#' %s/packaging/mosquitto/mosquitto.conf >reference.conf",
	        bench.port, bench.dir, bench.dir, PICKET_SOURCE_DIR, bench.dir, PICKET_SOURCE_DIR);
	ck_assert_int_eq(bench_run(&bench, more), 0);
	bench.broker = bench_spawn(&bench, "echo user root >>reference.conf; exec mosquitto -c reference.conf",
	                           "mosquitto.log");
	bench_wait(bench_answers(bench.port), 10);
	use_tls_files();
	append(50);
	start();
	bench_wait(stats().acked == 50, 15);
	ck_assert_uint_eq(stats().refused, 0);
	ck_assert_str_eq(stats().error, "");
	/* and in no other: with this certificate not one word as a gateway of another site */
	publisher_stop(&publisher, 1000);
	site.site = "other";
	append(1);
	start();
	bench_wait(stats().refused > 0, 15);
	ck_assert_uint_eq(stats().published, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("publisher_tls");
	TCase *tests = tcase_create("publisher_tls");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, tls_with_a_client_certificate_works);
	tcase_add_test(tests, tls_explains_a_wrong_ca);
	tcase_add_test(tests, tls_explains_a_wrong_host);
	tcase_add_test(tests, tls_explains_a_missing_client_certificate);
	tcase_add_test(tests, a_key_that_everybody_may_read_stops_the_start);
	tcase_add_test(tests, a_missing_certificate_file_stops_the_start);
	tcase_add_test(tests, the_reference_broker_lets_a_gateway_speak_in_its_own_tree);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
