/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picket-sim - plays every Modbus device of a site file, in the foreground, and is told what happens there from
 * other terminals.
 */
#include "config/site_load.h"
#include "drivers/sim/client.h"
#include "drivers/sim/command.h"
#include "drivers/sim/control.h"
#include "drivers/sim/number.h"
#include "drivers/sim/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct options {
	const char *scenario, *control, *gateway, *log;
	uint64_t seed;
	bool json, wire_timing;
};

/* Everything that lives as long as the simulator. */
struct simulator {
	const struct options *options;
	struct site *site;
	struct sim_game game;
	FILE *log;
	struct sim_control *control;
	struct sim_scenario *scenario;
	struct sim_audience audience;
	struct sim_watch signal_watch;
	int signals;
	bool unfinished; /* a scenario that was given has not come to its end */
};

static void print_help(void)
{
	puts("picket-sim - plays every Modbus device of a site file on loopback ports and ptys\n"
	     "\n"
	     "  picket-sim site.yaml                       play, in the foreground, until Ctrl-C\n"
	     "  picket-sim site.yaml --scenario day.yaml   and let a story happen\n"
	     "\n"
	     "From another terminal:\n"
	     "  picket-sim set sp3-inner open              a sensor by its name and a state of its kind\n"
	     "  picket-sim set fence-n07 hit 3             three hits, a second apart\n"
	     "  picket-sim set sp3-inner.tamper on         one of its inputs\n"
	     "  picket-sim set gate-io/di/3 on             a bare point, as it is on the wire\n"
	     "  picket-sim pulse duress-t2 500             on for 500 ms\n"
	     "  picket-sim get sp3-inner                   how it stands (--json)\n"
	     "  picket-sim list                            links, devices and sensors (--json)\n"
	     "  picket-sim kill gate-io                    a device or link dies: no port, no answer\n"
	     "  picket-sim freeze east-bus                 takes requests, never answers\n"
	     "  picket-sim slow gate-io 80 20              answers 80 to 100 ms late\n"
	     "  picket-sim revive gate-io                  back to life\n"
	     "  picket-sim run day.yaml                    plays a scenario and waits for its end\n"
	     "  picket-sim say 'now the gate'              a remark among the simulator's lines\n"
	     "  picket-sim quit                            ends the simulator\n"
	     "\n"
	     "States: door open closed locked unlocked release norelease, fence hit quiet, camera trigger\n"
	     "clear, duress press release, power lost good, tamper and input on off; any with a tamper\n"
	     "input: tamper notamper.\n"
	     "\n"
	     "  --scenario FILE  play this scenario once everything listens\n"
	     "  --control PATH   control socket, instead of $PICKET_SIM_SOCKET or "
	     "$XDG_RUNTIME_DIR/picket/sim-GATEWAY.sock\n"
	     "  --gateway ID     which running simulator, when there are several\n"
	     "  --log FILE       flips (F) and first answers that carry them (V), in nanoseconds\n"
	     "  --seed N         of the jitter that slow adds (default 1)\n"
	     "  --wire-timing    serial lines take their time byte by byte, as their baud rate says\n"
	     "  --help, --version\n"
	     "\n"
	     "Exit: 0 done, 1 no (an error in a file, a name that is not there, a scenario not finished),\n"
	     "2 wrong usage, 3 no simulator answers. See picket-sim(1), picket-site(5).");
}

static int parse_option(int option, struct options *options)
{
	switch (option) {
	case 's':
		options->scenario = optarg;
		return -1;
	case 'c':
		options->control = optarg;
		return -1;
	case 'g':
		options->gateway = optarg;
		return -1;
	case 'l':
		options->log = optarg;
		return -1;
	case 'j':
		options->json = true;
		return -1;
	case 'w':
		options->wire_timing = true;
		return -1;
	case 'n':
		if (sim_number(optarg, UINT64_MAX, &options->seed) == 0)
			return -1;
		fprintf(stderr, "picket-sim: --seed takes a number, not '%s'\n", optarg);
		return SIM_USAGE;
	case 'h':
		print_help();
		return SIM_DONE;
	case 'v':
		puts("picket-sim " PICKET_VERSION);
		return SIM_DONE;
	default:
		fputs("picket-sim: see picket-sim --help\n", stderr);
		return SIM_USAGE;
	}
}

/* -1: go on; otherwise the exit code. */
static int parse_options(int argc, char **argv, struct options *ret_options)
{
	static const struct option names[] = {
	        {"scenario", required_argument, NULL, 's'}, {"control", required_argument, NULL, 'c'},
	        {"gateway", required_argument, NULL, 'g'},  {"log", required_argument, NULL, 'l'},
	        {"json", no_argument, NULL, 'j'},           {"seed", required_argument, NULL, 'n'},
	        {"wire-timing", no_argument, NULL, 'w'},    {"help", no_argument, NULL, 'h'},
	        {"version", no_argument, NULL, 'v'},        {0}};
	struct options options = {.seed = 1};
	int option, code = -1;

	while (code < 0 && (option = getopt_long(argc, argv, "", names, NULL)) != -1)
		code = parse_option(option, &options);
	*ret_options = options;
	return code;
}

static void tell_errors(const struct site_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct site_error *row = &errors->rows[i];
		fprintf(stderr, "%s:%u:%u: %s\n", row->file, row->line, row->column, row->text);
	}
	if (errors->omitted)
		fprintf(stderr, "and %zu further errors\n", errors->omitted);
}

static int complain(const char *text)
{
	fprintf(stderr, "picket-sim: %s\n", text);
	return SIM_NO;
}

static int load_files(struct simulator *simulator, const char *path)
{
	struct site_errors errors = {0};
	int error = site_load(path, &simulator->site, &errors);

	if (error == 0 && simulator->options->scenario)
		error = sim_scenario_load(simulator->options->scenario, simulator->site, &simulator->scenario, &errors);
	tell_errors(&errors);
	if (error < 0 && !errors.count)
		complain(strerror(-error));
	site_errors_free(&errors);
	return error < 0 ? SIM_NO : SIM_DONE;
}

static void on_signal(void *context, uint32_t events)
{
	struct simulator *simulator = context;
	struct signalfd_siginfo info;

	(void)events;
	if (read(simulator->signals, &info, sizeof info) == (ssize_t)sizeof info)
		sim_loop_stop(simulator->game.loop);
}

static int open_signals(struct simulator *simulator)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	simulator->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (simulator->signals < 0)
		return -errno;
	simulator->signal_watch = (struct sim_watch){.ready = on_signal, .context = simulator};
	return sim_loop_add(simulator->game.loop, simulator->signals, EPOLLIN, &simulator->signal_watch);
}

static int open_log(struct simulator *simulator)
{
	if (!simulator->options->log)
		return 0;
	simulator->log = fopen(simulator->options->log, "we");
	if (!simulator->log)
		return -errno;
	setvbuf(simulator->log, NULL, _IOLBF, 0);
	return 0;
}

/* A large site has more links and connections than the usual 1,024 descriptors. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void scenario_line(void *context, const char *text)
{
	(void)context;
	(void)text; /* every deed has printed its own line */
}

static void scenario_end(void *context, const struct sim_problem *problem)
{
	struct simulator *simulator = context;

	if (problem) {
		complain(problem->text);
		return;
	}
	simulator->unfinished = false;
	puts("the scenario is over");
}

static void begin_scenario(struct simulator *simulator)
{
	if (!simulator->scenario)
		return;
	simulator->unfinished = true;
	simulator->audience = (struct sim_audience){simulator, scenario_line, scenario_end};
	sim_scenario_start(simulator->scenario, &simulator->game, &simulator->audience);
}

static int open_control(struct simulator *simulator, char *path, size_t size)
{
	struct sim_problem problem;
	int error = 0;

	if (simulator->options->control)
		snprintf(path, size, "%s", simulator->options->control);
	else
		error = sim_control_path(simulator->site->gateway, path, size);
	if (error < 0)
		return complain("no folder for the control socket: set XDG_RUNTIME_DIR, or give --control PATH");
	if (sim_control_new(path, &simulator->game, &simulator->control, &problem) < 0)
		return complain(problem.text);
	return SIM_DONE;
}

static int open_parts(struct simulator *simulator)
{
	struct sim_game *game = &simulator->game;
	struct sim_problem problem = {.text = ""};
	int error = open_log(simulator);

	game->site = simulator->site;
	if (error == 0)
		error = sim_loop_new(&game->loop);
	if (error == 0)
		error = open_signals(simulator);
	if (error == 0)
		error = sim_plant_new(game->site, game->loop, simulator->log, &game->plant);
	if (error < 0)
		return complain(strerror(-error));
	struct sim_wire_setup setup = {.site = game->site,
	                               .loop = game->loop,
	                               .plant = game->plant,
	                               .seed = simulator->options->seed,
	                               .wire_timing = simulator->options->wire_timing};
	return sim_wire_new(&setup, &game->wire, &problem) < 0 ? complain(problem.text) : SIM_DONE;
}

static int turn(struct simulator *simulator)
{
	char path[LIMIT_PATH * 2];
	int code = open_parts(simulator);

	if (code == SIM_DONE)
		code = open_control(simulator, path, sizeof path);
	if (code != SIM_DONE)
		return code;
	printf("ready: %zu devices on %zu links, control %s\n", simulator->site->device_count,
	       simulator->site->link_count, path);
	begin_scenario(simulator);
	int error = sim_loop_run(simulator->game.loop);
	if (error < 0)
		return complain(strerror(-error));
	return simulator->unfinished ? SIM_NO : SIM_DONE;
}

static void close_parts(struct simulator *simulator)
{
	sim_control_free(&simulator->control);
	sim_scenario_free(&simulator->scenario);
	sim_wire_free(&simulator->game.wire);
	sim_plant_free(&simulator->game.plant);
	if (simulator->signals >= 0)
		close(simulator->signals);
	sim_loop_free(&simulator->game.loop);
	if (simulator->log)
		fclose(simulator->log);
	site_free(&simulator->site);
}

static int play(const char *path, const struct options *options)
{
	struct simulator simulator = {.options = options, .signals = -1};

	setvbuf(stdout, NULL, _IOLBF, 0);
	raise_descriptors();
	int code = load_files(&simulator, path);
	if (code == SIM_DONE)
		code = turn(&simulator);
	close_parts(&simulator);
	return code;
}

/* "run" reads its file in the simulator, whose folder may be another one. */
static int make_line(int count, char **words, const struct options *options, char *ret_line, size_t size)
{
	size_t length = 0;
	char *file = count == 2 && strcmp(words[0], "run") == 0 ? realpath(words[1], NULL) : NULL;

	for (int i = 0; i < count; i++) {
		const char *word = i == 1 && file ? file : words[i];
		int more = snprintf(ret_line + length, size - length, "%s%s", i ? " " : "", word);
		length += more > 0 && (size_t)more < size - length ? (size_t)more : size - length - 1;
	}
	free(file);
	if (options->json && length + sizeof " --json" <= size)
		memcpy(ret_line + length, " --json", sizeof " --json");
	return length < size - 1 && !strchr(ret_line, '\n') ? 0 : -EINVAL;
}

static int command(int count, char **words, const struct options *options)
{
	struct sim_client_options client = {.socket = options->control, .gateway = options->gateway};
	char line[LIMIT_SIM_LINE];

	if (options->scenario || options->log || options->wire_timing) {
		fputs("picket-sim: --scenario, --log and --wire-timing are for a simulator that starts, not for one "
		      "that "
		      "runs\n",
		      stderr);
		return SIM_USAGE;
	}
	if (make_line(count, words, options, line, sizeof line) < 0) {
		fprintf(stderr, "picket-sim: a command is one line of less than %d bytes\n", LIMIT_SIM_LINE);
		return SIM_USAGE;
	}
	return sim_client_run(&client, line);
}

int main(int argc, char **argv)
{
	struct options options;
	char hint[64] = "";
	int code = parse_options(argc, argv, &options);

	if (code >= 0)
		return code;
	char **words = argv + optind;
	int count = argc - optind;
	if (count == 0) {
		fputs("picket-sim: a site file or a verb, please (see picket-sim --help)\n", stderr);
		return SIM_USAGE;
	}
	if (sim_verb_by_name(words[0], hint) != SIM_VERB_COUNT)
		return command(count, words, &options);
	if (count > 1 || (hint[0] && access(words[0], F_OK) < 0)) {
		fprintf(stderr, "picket-sim: no verb '%s'%s (see picket-sim --help)\n", words[0], hint);
		return SIM_USAGE;
	}
	if (options.json || options.gateway) {
		fputs("picket-sim: --json and --gateway are for verbs\n", stderr);
		return SIM_USAGE;
	}
	return play(words[0], &options);
}
