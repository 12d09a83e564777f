/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picketd - the gateway: main is the list of its parts in the order of their dependence, the end
 * its mirror.
 *
 *   picketd SITE.yaml [--socket PATH] [--check]
 */
#include "config/site_load.h"
#include "drivers/schedule_check.h"
#include "gateway/control_bus.h"
#include "gateway/field.h"
#include "gateway/link_words.h"
#include "gateway/log.h"
#include "gateway/loop.h"
#include "gateway/notify.h"
#include "gateway/restore.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define STOP_SETTLE_MS 2000 /* for the last events to reach the disk */
#define STOP_DRAIN_MS  3000 /* and then the broker */

enum exit_code { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2 };

struct options {
	const char *site_path;
	const char *socket_path; /* NULL: the site's */
	bool check;
};

/* Everything that lives as long as the daemon. */
struct daemon {
	struct site *site;
	struct event_context context;
	struct journal *journal;
	struct recorder recorder;
	struct outputs *outputs;
	struct engine *engine;
	struct inbox *inbox;
	struct publisher *publisher;
	struct commands *commands;
	struct field *field;
	struct poller *poller; /* the field's */
	struct control_bus *bus;
	struct control_view view;
	struct control *control;
	struct loop *loop;
	int wake;    /* journal -> publisher */
	int signals; /* signalfd */
};

static void print_help(void)
{
	puts("picketd - polls the sensors of a site, keeps every event, tells the control room\n"
	     "\n"
	     "  picketd /etc/picket/site.yaml           run in the foreground, log to stderr\n"
	     "  picketd --check /etc/picket/site.yaml   only say whether the file is right\n"
	     "\n"
	     "  --socket PATH   control socket, instead of the site file's\n"
	     "  --check         check the site file and end: 0 right, 1 errors\n"
	     "  --help, --version\n"
	     "\n"
	     "Exit: 0 stopped as told, 1 errors in the site file or a part that cannot start, 2 "
	     "wrong usage.\n"
	     "See picketd(8), picket-site(5), picketctl(1).");
}

/* -1: go on; otherwise the exit code. */
static int parse_options(int argc, char **argv, struct options *ret_options)
{
	static const struct option names[] = {{"socket", required_argument, NULL, 's'},
	                                      {"check", no_argument, NULL, 'c'},
	                                      {"help", no_argument, NULL, 'h'},
	                                      {"version", no_argument, NULL, 'v'},
	                                      {0}};
	struct options options = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 's':
			options.socket_path = optarg;
			break;
		case 'c':
			options.check = true;
			break;
		case 'h':
			print_help();
			return EXIT_DONE;
		case 'v':
			puts("picketd " PICKET_VERSION);
			return EXIT_DONE;
		default:
			fputs("picketd: see picketd --help\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind != argc - 1) {
		fputs("picketd: one site file, please: picketd SITE.yaml (see picketd --help)\n", stderr);
		return EXIT_USAGE;
	}
	options.site_path = argv[optind];
	*ret_options = options;
	return -1;
}

/* Refuses a site whose inputs would be seen too late, as picketctl check does. */
static int check_schedule(const struct site *site, struct site_errors *errors)
{
	struct schedule *schedule = NULL;
	size_t allowed = 0;
	int error = schedule_new(site, &schedule);

	if (error < 0)
		return error;
	schedule_report(site, schedule, errors);
	for (size_t i = 0; i < schedule->input_count; i++)
		allowed += schedule->inputs[i].verdict == SCHEDULE_ALLOWED;
	if (allowed)
		log_line(LOG_LEVEL_WARNING,
		         "%zu alarm inputs may take longer than %d ms to be seen, as allow_slow says", allowed,
		         LIMIT_DETECT_MS);
	schedule_free(&schedule);
	return errors->count + errors->omitted ? -EINVAL : 0;
}

static int load_site(const char *path, struct site **ret_site)
{
	struct site_errors errors = {0};
	int error = site_load(path, ret_site, &errors);

	if (error == 0)
		error = check_schedule(*ret_site, &errors);
	for (size_t i = 0; i < errors.count; i++) {
		const struct site_error *row = &errors.rows[i];
		log_line(LOG_LEVEL_ERROR, "%s:%u:%u: %s", row->file, row->line, row->column, row->text);
	}
	if (errors.omitted)
		log_line(LOG_LEVEL_ERROR, "and %zu more errors", errors.omitted);
	if (error < 0 && errors.count == 0)
		log_line(LOG_LEVEL_ERROR, "%s: %s", path, strerror(-error));
	site_errors_free(&errors);
	return error;
}

/* Logs and passes an error on, so that the start can be written as a list. */
static int failed(const char *what, int error, const char *detail)
{
	if (error < 0)
		log_line(LOG_LEVEL_ERROR, "%s: %s", what, detail && detail[0] ? detail : strerror(-error));
	return error;
}

/* Signals come through a descriptor; threads made later inherit the mask. */
static int block_signals(int *ret_fd)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* As many descriptors as the system allows: a site may have thousands of links. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			log_line(LOG_LEVEL_WARNING, "descriptor limit stays as it is: %s", strerror(errno));
	}
}

/* A random UUID (RFC 4122 version 4): two runs never share it. */
static int make_boot_id(char ret_text[37])
{
	unsigned char b[16];

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		return -errno;
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(ret_text, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
	         b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	return 0;
}

static void link_to_log(void *context, const struct link_change *change)
{
	link_log(((struct daemon *)context)->site, change);
}

static void command_to_inbox(void *context, const struct publisher_command *command)
{
	inbox_put(((struct daemon *)context)->inbox, command);
}

static int start_journal(struct daemon *daemon)
{
	char why[256] = "";
	struct mono now;
	struct wall wall;
	uint32_t unknown = 0;

	daemon->context.site = daemon->site;
	int error = failed("run id", make_boot_id(daemon->context.boot), NULL);
	if (error < 0)
		return error;
	loop_clock(&now, &wall);
	error = failed("journal", journal_open(&daemon->context, wall, &daemon->journal, why), why);
	if (error < 0)
		return error;
	recorder_init(&daemon->recorder, daemon->journal);
	recorder_clock(&daemon->recorder, now, wall);
	struct outputs_setup outputs = {.site = daemon->site, .sink = &daemon->recorder.sink};
	error = failed("outputs", outputs_new(&outputs, now, &daemon->outputs), NULL);
	if (error < 0)
		return error;
	error = failed("engine", engine_new(daemon->site, outputs_sink(daemon->outputs), &daemon->engine), NULL);
	if (error < 0)
		return error;
	struct restore_parts parts = {daemon->site, daemon->engine, daemon->outputs};
	error = failed("journal", restore_state(daemon->journal, &parts, (struct restore_time){now, wall}, &unknown),
	               NULL);
	if (error < 0)
		return error;
	if (unknown)
		log_line(LOG_LEVEL_WARNING, "%u alarm states of sensors that the site no longer has", unknown);
	return failed("journal", journal_start(daemon->journal, daemon->wake), NULL);
}

static int start_publisher(struct daemon *daemon)
{
	char why[256] = "";
	struct publisher_setup setup = {.context = &daemon->context,
	                                .journal = daemon->journal,
	                                .command = command_to_inbox,
	                                .command_context = daemon};

	int error = failed("commands", inbox_new(&daemon->inbox), NULL);
	if (error < 0)
		return error;
	error = commands_new(&daemon->context, daemon->engine, &daemon->recorder.sink, &daemon->commands);
	if (failed("commands", error, NULL) < 0)
		return error;
	commands_connect(daemon->commands, daemon->outputs);
	return failed("publisher", publisher_start(&setup, daemon->wake, &daemon->publisher, why), why);
}

static int start_field(struct daemon *daemon)
{
	struct field_setup setup = {.site = daemon->site,
	                            .recorder = &daemon->recorder,
	                            .engine = daemon->engine,
	                            .outputs = daemon->outputs,
	                            .link = link_to_log,
	                            .link_context = daemon};
	int error = failed("field", field_new(&setup, &daemon->field), NULL);

	if (error < 0)
		return error;
	daemon->poller = field_poller(daemon->field);
	struct control_bus_setup bus = {.site = daemon->site,
	                                .sink = &daemon->recorder.sink,
	                                .recorder = &daemon->recorder,
	                                .field = daemon->field};
	return failed("bus", control_bus_new(&bus, &daemon->bus), NULL);
}

static int start_control(struct daemon *daemon, const char *given)
{
	char path[LIMIT_PATH] = "", why[256] = "";
	int error = 0;

	if (given)
		snprintf(path, sizeof path, "%s", given);
	else
		error = control_socket_path(daemon->site, path, sizeof path);
	if (failed("control socket", error, NULL) < 0)
		return error;
	daemon->view = (struct control_view){.context = &daemon->context,
	                                     .poller = daemon->poller,
	                                     .engine = daemon->engine,
	                                     .commands = daemon->commands,
	                                     .journal = daemon->journal,
	                                     .publisher = daemon->publisher,
	                                     .recorder = &daemon->recorder,
	                                     .field = daemon->field,
	                                     .outputs = daemon->outputs,
	                                     .bus = daemon->bus,
	                                     .now = daemon->recorder.mono,
	                                     .wall = daemon->recorder.wall,
	                                     .started = daemon->recorder.mono};
	error = failed("control socket", control_new(path, &daemon->view, &daemon->control, why), why);
	if (error == 0)
		log_line(LOG_LEVEL_INFO, "control socket %s", path);
	return error;
}

static int start_loop(struct daemon *daemon)
{
	struct loop_parts parts = {.site = daemon->site,
	                           .recorder = &daemon->recorder,
	                           .engine = daemon->engine,
	                           .poller = daemon->poller,
	                           .field = daemon->field,
	                           .bus = daemon->bus,
	                           .journal = daemon->journal,
	                           .publisher = daemon->publisher,
	                           .inbox = daemon->inbox,
	                           .commands = daemon->commands,
	                           .control = daemon->control,
	                           .view = &daemon->view};

	return failed("loop", loop_new(&parts, daemon->signals, &daemon->loop), NULL);
}

static int start(struct daemon *daemon, const struct options *options)
{
	raise_descriptor_limit();
	int error = failed("signals", block_signals(&daemon->signals), NULL);
	if (error < 0)
		return error;
	daemon->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (daemon->wake < 0)
		return failed("eventfd", -errno, NULL);
	error = start_journal(daemon);
	if (error == 0)
		error = start_publisher(daemon);
	if (error == 0)
		error = start_field(daemon);
	if (error == 0)
		error = start_control(daemon, options->socket_path);
	if (error == 0)
		error = start_loop(daemon);
	return error;
}

static void say(struct daemon *daemon, enum event_type type)
{
	struct event event = {.type = type,
	                      .at = daemon->recorder.mono,
	                      .subject_kind = SUBJECT_GATEWAY,
	                      .condition = COND_NONE,
	                      .point = SITE_NONE,
	                      .priority = 5};

	event_emit(&daemon->recorder.sink, &event);
	recorder_flush(&daemon->recorder);
}

/* The last events must be on disk before the publisher is told to drain. */
static void settle_journal(struct daemon *daemon)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct journal_stats stats;

	for (int waited_ms = 0; waited_ms < STOP_SETTLE_MS; waited_ms++) {
		journal_stats(daemon->journal, &stats);
		if (stats.durable >= stats.head)
			return;
		nanosleep(&pause, NULL);
	}
	log_line(LOG_LEVEL_ERROR, "journal: %llu events did not reach the disk",
	         (unsigned long long)(stats.head - stats.durable));
}

static void stop(struct daemon *daemon)
{
	loop_free(&daemon->loop);
	control_free(&daemon->control);
	field_free(&daemon->field);
	control_bus_free(&daemon->bus);
	publisher_stop(&daemon->publisher, STOP_DRAIN_MS);
	commands_free(&daemon->commands);
	inbox_free(&daemon->inbox);
	engine_free(&daemon->engine);
	outputs_free(&daemon->outputs);
	journal_close(&daemon->journal);
	if (daemon->wake >= 0)
		close(daemon->wake);
	if (daemon->signals >= 0)
		close(daemon->signals);
	site_free(&daemon->site);
}

static int run(struct daemon *daemon)
{
	log_line(LOG_LEVEL_NOTICE, "picketd %s: site %s, gateway %s, %zu sensors on %zu devices, config %.12s",
	         PICKET_VERSION, daemon->site->site, daemon->site->gateway, daemon->site->sensor_count,
	         daemon->site->device_count, daemon->site->hash);
	say(daemon, EVENT_GATEWAY_STARTED);
	notify_supervisor("READY=1");
	int error = failed("loop", loop_run(daemon->loop), NULL);
	notify_supervisor("STOPPING=1");
	say(daemon, EVENT_GATEWAY_STOPPED);
	settle_journal(daemon);
	log_line(LOG_LEVEL_NOTICE, "stopped");
	return error;
}

int main(int argc, char **argv)
{
	struct options options;
	struct daemon daemon = {.wake = -1, .signals = -1};
	int code = parse_options(argc, argv, &options);

	if (code >= 0)
		return code;
	int error = load_site(options.site_path, &daemon.site);
	if (error == 0 && !options.check) {
		error = start(&daemon, &options);
		if (error == 0)
			error = run(&daemon);
	}
	stop(&daemon);
	return error == 0 ? EXIT_DONE : EXIT_NO;
}
