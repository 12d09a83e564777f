/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picketctl - what people do with a gateway from a terminal: the table of verbs, their help, and the way to each.
 *
 *   picketctl [OPTIONS] VERB [ARGUMENTS] [OPTIONS]
 */
#include "config/nearest.h"
#include "gateway/ctl/ctl.h"
#include "gateway/ctl/say.h"

#include <stdio.h>
#include <string.h>

#define ORDER_OPTIONS (1u << OPTION_REASON)
#define EVENT_OPTIONS                                                                                                  \
	(1u << OPTION_FOLLOW | 1u << OPTION_LINES | 1u << OPTION_SINCE | 1u << OPTION_SENSOR | 1u << OPTION_PRIORITY | \
	 1u << OPTION_JOURNAL | 1u << OPTION_SITE)

static const struct ctl_verb verbs[] = {
        {.name = "check",
         .arguments = "SITE.yaml",
         .summary = "is a site file right? every error with its place",
         .examples = "  picketctl check /etc/picket/site.yaml\n"
                     "  picketctl check -v /etc/picket/site.yaml   how long every input may take to be seen\n",
         .details = "Works offline. Exit 1: there are errors.\n",
         .options = 1u << OPTION_VERBOSE,
         .count_min = 1,
         .count_max = 1,
         .run = verb_check},
        {.name = "status",
         .arguments = "",
         .summary = "the gateway at a glance",
         .examples = "  picketctl status\n  picketctl status --json | jq .broker\n",
         .details = "",
         .run = verb_status},
        {.name = "links",
         .arguments = "",
         .summary = "connections and buses: state, load, errors",
         .examples = "  picketctl links\n",
         .details = "BUSY% and DEAD% are of the last ten seconds: an exchange under way, and time spent on lost\n"
                    "devices.\n",
         .options = 1u << OPTION_VERBOSE,
         .run = verb_list},
        {.name = "devices",
         .arguments = "",
         .summary = "Modbus devices: state, reach, round trips, errors",
         .examples = "  picketctl devices\n",
         .details = "REACH shows the last eight exchanges, the newest on the right: + answered, . not. Round trips in\n"
                    "milliseconds. LATE SCANS began later than one whole scan time.\n"
                    "With -v also who each says it is, how often that changed, and how often its round trip did.\n",
         .options = 1u << OPTION_VERBOSE,
         .run = verb_list},
        {.name = "sensors",
         .arguments = "",
         .summary = "sensors: state, quality, age, alarms",
         .examples = "  picketctl sensors\n  picketctl sensors --json | jq -r '.sensors[] | select(.quality != "
                     "\"good\").id'\n",
         .details = "AGE is that of the oldest value behind the state.\n",
         .run = verb_list},
        {.name = "alarms",
         .arguments = "",
         .summary = "alarms that are active, unacknowledged or latched",
         .examples = "  picketctl alarms\n",
         .details =
                 "The most urgent first. ISA is the state of ISA-18.2: B unacknowledged, C acknowledged, D gone and\n"
                 "unacknowledged.\n",
         .run = verb_list},
        {.name = "areas",
         .arguments = "",
         .summary = "areas: set or not, and what blocks setting",
         .examples = "  picketctl areas\n",
         .details = "",
         .run = verb_list},
        {.name = "outputs",
         .arguments = "",
         .summary = "sirens, lamps, relays: wanted, found, and for how long",
         .examples = "  picketctl outputs\n",
         .details =
                 "FOUND is what was read last, - when it is not read. A failed one is tried on, every ten seconds.\n",
         .run = verb_list},
        {.name = "events",
         .arguments = "",
         .summary = "the journal, also of a daemon that is dead",
         .examples = "  picketctl events -f\n"
                     "  picketctl events --since 2h --priority 1\n"
                     "  picketctl events --sensor sp3-inner -n 100\n"
                     "  picketctl events --site /etc/picket/site.yaml --since 2026-11-23T21:00\n",
         .details = "Times are local on the screen, UTC in --json.\n",
         .options = EVENT_OPTIONS,
         .run = verb_events},
        {.name = "ack",
         .arguments = "SENSOR[/CONDITION]",
         .summary = "acknowledge an alarm",
         .examples = "  picketctl ack sp3-inner/door.forced\n  picketctl ack fence-n07 --reason \"fox, seen on camera "
                     "7\"\n",
         .details = "Without a condition, the one alarm of that sensor or device that waits for it. The occurrence\n"
                    "that is current when picketctl looks is the one acknowledged, never a later one.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_OCCURRENCE,
         .count_min = 1,
         .count_max = 1,
         .run = verb_alarm},
        {.name = "reset",
         .arguments = "SENSOR[/CONDITION]",
         .summary = "reset a latched alarm whose cause is gone",
         .examples = "  picketctl reset duress-t2/duress\n",
         .details = "An alarm must be acknowledged first. Without a condition, the one alarm of that sensor or device\n"
                    "that waits for it.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_OCCURRENCE,
         .count_min = 1,
         .count_max = 1,
         .run = verb_alarm},
        {.name = "set",
         .arguments = "AREA",
         .summary = "set (arm) an area",
         .examples = "  picketctl set north\n",
         .details = "Exit 1: it is not ready, and the message says what blocks it; --override, with a --reason, "
                    "inhibits that\n"
                    "for this set period, and it is on record. Undo: picketctl unset AREA.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_OVERRIDE,
         .count_min = 1,
         .count_max = 1,
         .run = verb_area},
        {.name = "unset",
         .arguments = "AREA",
         .summary = "unset (disarm) an area",
         .examples = "  picketctl unset north --reason \"fence repair until noon\"\n",
         .details = "Tamper, trouble and duress alarms stay on. Undo: picketctl set AREA.\n",
         .options = ORDER_OPTIONS,
         .count_min = 1,
         .count_max = 1,
         .run = verb_area},
        {.name = "shelve",
         .arguments = "SENSOR/CONDITION",
         .summary = "hide a nuisance alarm for a time",
         .examples = "  picketctl shelve gate/door.held --for 2h --reason \"delivery\"\n",
         .details = "For one hour, or as --for says, at most 12 h. It counts as acknowledged, goes on being evaluated, "
                    "and\n"
                    "is raised when its time is over and it is still true. Duress and tamper cannot be shelved.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_OCCURRENCE | 1u << OPTION_FOR | 1u << OPTION_ONCE,
         .count_min = 1,
         .count_max = 1,
         .run = verb_mask},
        {.name = "unshelve",
         .arguments = "SENSOR/CONDITION",
         .summary = "end shelving; what is still true comes back acknowledged",
         .examples = "  picketctl unshelve gate/door.held\n",
         .details = "",
         .options = ORDER_OPTIONS,
         .count_min = 1,
         .count_max = 1,
         .run = verb_unmask},
        {.name = "bypass",
         .arguments = "SENSOR",
         .summary = "mask the alarms of a sensor, not its tamper or trouble",
         .examples = "  picketctl bypass gate --reason \"hinge broken\"\n  picketctl bypass gate --isolate --for 5d "
                     "--reason \"new door ordered\"\n",
         .details =
                 "Inhibited: until its area is next unset. With --isolate until it is restored, at most 30 days; that\n"
                 "wants a maintainer. Undo: picketctl restore SENSOR.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_ISOLATE | 1u << OPTION_FOR,
         .count_min = 1,
         .count_max = 1,
         .run = verb_mask},
        {.name = "restore",
         .arguments = "SENSOR",
         .summary = "end a bypass; what is true is raised",
         .examples = "  picketctl restore gate\n",
         .details = "",
         .options = ORDER_OPTIONS,
         .count_min = 1,
         .count_max = 1,
         .run = verb_unmask},
        {.name = "out_of_service",
         .arguments = "SENSOR/CONDITION",
         .summary = "take one alarm out of service for maintenance",
         .examples = "  picketctl out_of_service button/duress --for 1h --reason \"new button\"\n",
         .details = "Any alarm, also of a device (DEVICE/device.lost). For four hours, or as --for says, at most 7 "
                    "days.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_OCCURRENCE | 1u << OPTION_FOR,
         .count_min = 1,
         .count_max = 1,
         .run = verb_mask},
        {.name = "in_service",
         .arguments = "SENSOR/CONDITION",
         .summary = "put an alarm back into service; what is true is raised",
         .examples = "  picketctl in_service button/duress\n",
         .details = "",
         .options = ORDER_OPTIONS,
         .count_min = 1,
         .count_max = 1,
         .run = verb_unmask},
        {.name = "output",
         .arguments = "OUTPUT on|off|pulse",
         .summary = "switch an output",
         .examples = "  picketctl output north-siren pulse --reason \"monthly test\"\n"
                     "  picketctl output north-siren off\n"
                     "  picketctl output gate-lamp on --for 2h\n",
         .details = "on lasts a day at most; pulse as long as the site file says, or --for. Off holds until the next\n"
                    "alarm that switches it on.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_FOR,
         .count_min = 2,
         .count_max = 2,
         .run = verb_output},
        {.name = "peek",
         .arguments = "LINK UNIT TABLE ADDRESS [COUNT]",
         .summary = "read coils, inputs or registers without stopping the polling",
         .examples = "  picketctl peek yard-io 1 discrete 0 16\n  picketctl peek east-bus 11 holding 40\n",
         .details = "TABLE is discrete, coil, input or holding; ADDRESS is that of the wire, from 0. Any unit of the "
                    "link\n"
                    "will do, also one that the site file does not name.\n",
         .count_min = 4,
         .count_max = 5,
         .run = verb_peek},
        {.name = "poke",
         .arguments = "LINK UNIT coil|holding ADDRESS VALUE",
         .summary = "write one coil or register, for commissioning",
         .examples = "  picketctl poke east-bus 11 coil 3 on\n  picketctl poke east-bus 11 holding 40 1200 --yes\n",
         .details = "The site file must say control: {poke: true}. It is an event, with your name. What an output\n"
                    "writes cannot be poked.\n",
         .options = ORDER_OPTIONS | 1u << OPTION_YES,
         .count_min = 5,
         .count_max = 5,
         .run = verb_poke},
        {.name = "trace",
         .arguments = "LINK",
         .summary = "the frames of a link as they come, decoded",
         .examples = "  picketctl trace east-bus\n  picketctl trace east-bus --device fence-e1 --json\n",
         .details =
                 "-> is a request, <- what came until the next one, and how long after the request. ! names the class\n"
                 "of the error. Until Ctrl-C, or for -n frames.\n",
         .options = 1u << OPTION_DEVICE | 1u << OPTION_LINES,
         .count_min = 1,
         .count_max = 1,
         .run = verb_trace},
};
#define VERB_COUNT_HERE (sizeof verbs / sizeof *verbs)

static const struct ctl_verb *verb_by_name(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT_HERE; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* --- help ------------------------------------------------------------------------------------------- */
static void print_options(unsigned options)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		const struct option_info *info = &option_infos[id];
		char names[64];
		if (!(options & 1u << id))
			continue;
		int used = info->letter ? snprintf(names, sizeof names, "-%c, ", info->letter) : 0;
		snprintf(names + used, sizeof names - (size_t)used, "--%s%s%s", info->name, info->value ? " " : "",
		         info->value ? info->value : "");
		printf("  %-22s %s\n", names, info->text);
	}
}

static void print_help(void)
{
	puts("picketctl - look at a Picket gateway, acknowledge its alarms, check its site file\n"
	     "\n"
	     "  picketctl status                       how is it?\n"
	     "  picketctl alarms                       what is wrong?\n"
	     "  picketctl ack sp3-inner/door.forced    I have seen it\n"
	     "  picketctl events -f                    what happens now?\n"
	     "  picketctl check site.yaml              is this site file right?\n"
	     "\n"
	     "Verbs:");
	for (size_t i = 0; i < VERB_COUNT_HERE; i++) {
		char usage[64];
		snprintf(usage, sizeof usage, "%s %s", verbs[i].name, verbs[i].arguments);
		printf("  %-32s %s\n", usage, verbs[i].summary);
	}
	puts("\nOptions of every verb:");
	print_options(OPTIONS_COMMON);
	puts("\n"
	     "picketctl VERB --help says more. The daemon is found by --socket, --gateway, $PICKET_SOCKET, or when\n"
	     "only one runs here.\n"
	     "Exit: 0 done, 1 the answer is no, 2 wrong usage, 3 cannot reach the daemon, 4 refused. See "
	     "picketctl(1).");
}

static void print_verb_help(const struct ctl_verb *verb)
{
	printf("picketctl %s - %s\n\n%s\n", verb->name, verb->summary, verb->examples);
	printf("Usage: picketctl %s%s%s [OPTIONS]\n", verb->name, verb->arguments[0] ? " " : "", verb->arguments);
	if (verb->details[0])
		printf("\n%s", verb->details);
	if (verb->options) {
		puts("\nOptions:");
		print_options(verb->options);
	}
	puts("\nOptions of every verb:");
	print_options(OPTIONS_COMMON);
}

static enum ctl_exit print_version(void)
{
	puts("picketctl " PICKET_VERSION);
	return CTL_DONE;
}

/* --- the way to a verb ------------------------------------------------------------------------------ */
static enum ctl_exit no_such_verb(const char *name)
{
	struct nearest near;

	nearest_start(&near, name);
	for (size_t i = 0; i < VERB_COUNT_HERE; i++)
		nearest_offer(&near, verbs[i].name);
	if (near.best)
		say_error("no verb \"%s\"; did you mean %s?", name, near.best);
	else
		say_error("no verb \"%s\"; picketctl --help lists them", name);
	return CTL_USAGE;
}

static enum ctl_exit wrong_count(const struct ctl_verb *verb)
{
	say_error("usage: picketctl %s%s%s (picketctl %s --help says more)", verb->name, verb->arguments[0] ? " " : "",
	          verb->arguments, verb->name);
	return CTL_USAGE;
}

/* argv[0] is the verb; options that stood before it are in *call already. */
static enum ctl_exit run_verb(int argc, char **argv, struct ctl_call *call)
{
	char why[OPTIONS_ERROR];
	int first = options_parse(argc, argv, OPTIONS_COMMON | call->verb->options, false, &call->options, why);

	if (first < 0) {
		say_error("%s (picketctl %s --help)", why, call->verb->name);
		return CTL_USAGE;
	}
	if (call->options.given[OPTION_HELP]) {
		print_verb_help(call->verb);
		return CTL_DONE;
	}
	if (call->options.given[OPTION_VERSION])
		return print_version();
	call->count = argc - first;
	call->arguments = argv + first;
	if (call->count < call->verb->count_min || call->count > call->verb->count_max)
		return wrong_count(call->verb);
	return call->verb->run(call);
}

/* What stands before a verb, or instead of one. */
static enum ctl_exit run(int argc, char **argv)
{
	struct ctl_call call = {0};
	char why[OPTIONS_ERROR];
	int first = options_parse(argc, argv, OPTIONS_COMMON, true, &call.options, why);

	if (first < 0) {
		say_error("%s (picketctl --help)", why);
		return CTL_USAGE;
	}
	if (call.options.given[OPTION_VERSION])
		return print_version();
	if (first == argc && call.options.given[OPTION_HELP]) {
		print_help();
		return CTL_DONE;
	}
	if (first == argc) {
		say_error("a verb, please: status, alarms, events …; picketctl --help lists them");
		return CTL_USAGE;
	}
	call.verb = verb_by_name(argv[first]);
	return call.verb ? run_verb(argc - first, argv + first, &call) : no_such_verb(argv[first]);
}

int main(int argc, char **argv)
{
	enum ctl_exit code = run(argc, argv);

	/* a full disk or a closed pipe must not look like an answer */
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == CTL_DONE) {
		say_error("cannot write the answer");
		code = CTL_NO;
	}
	return (int)code;
}
