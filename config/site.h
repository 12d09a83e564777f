/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - what a site is: the plain model that the loader makes from the site file and everybody else reads.
 *
 * Built once by site_load(), never changed afterwards, so every thread may read it without a lock.
 * References are indices into the arrays here; SITE_NONE is "none". Strings belong to the site.
 */
#ifndef PICKET_SITE_H
#define PICKET_SITE_H

#include "config/condition.h"
#include "config/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SITE_NONE UINT32_MAX

/* Where a thing stands in its file; file is an index into site.files. Lines and columns from 1. */
struct site_place {
	uint32_t file, line, column;
};

struct site_broker {
	size_t url_count;
	const char **urls;                          /* mqtt:// (loopback only) or mqtts://, host:port */
	const char *ca_file, *cert_file, *key_file; /* NULL: not given */
	uint32_t keepalive_s;
	uint32_t allow; /* commands taken from MQTT: bits 1u << enum command_verb */
};

/* The commands that the site file may allow from MQTT. */
enum command_verb {
	VERB_ACK,
	VERB_RESET,
	VERB_SET,
	VERB_UNSET,
	VERB_SHELVE,
	VERB_UNSHELVE,
	VERB_BYPASS,
	VERB_RESTORE,
	VERB_OUT_OF_SERVICE,
	VERB_IN_SERVICE,
	VERB_OUTPUT,
	VERB_COUNT,
};
const char *command_verb_name(enum command_verb verb);
enum command_verb command_verb_by_name(const char *name); /* VERB_COUNT: no such verb */

enum site_transport {
	TRANSPORT_TCP,     /* Modbus TCP */
	TRANSPORT_RTU,     /* Modbus RTU on a tty */
	TRANSPORT_RTU_TCP, /* RTU frames in a TCP stream, to a converter */
};

/* How the tty turns an RS-485 transceiver round; as struct serial_rs485 of linux/serial.h. */
struct site_rs485 {
	bool on;           /* false: the adapter does it by itself */
	bool rts_low;      /* RTS is low while sending, and high after it; else the other way round */
	uint8_t before_ms; /* from RTS to the first bit */
	uint8_t after_ms;  /* from the last bit to RTS */
};

/* One way to the devices of a link. */
struct site_endpoint {
	enum site_transport transport;
	const char *host; /* TCP, RTU_TCP: an address, or a DNS name; without brackets */
	bool is_name;     /* the host is a name and must be looked up */
	uint16_t port;
	const char *path; /* RTU: the tty */
	uint32_t baud;    /* RTU; RTU_TCP: of the bus behind the converter */
	char parity;      /* 'N' 'E' 'O'; as baud */
	uint8_t stop_bits;
	struct site_rs485 rs485;
};

/* The ways of one link are all Modbus TCP, or all RTU frames: site_link_is_rtu(). */
struct site_link {
	const char *id;
	uint8_t endpoint_count;                          /* at least 1 */
	struct site_endpoint endpoints[LIMIT_ENDPOINTS]; /* in the order of preference */
	uint32_t timeout_ms;                             /* for one whole exchange: the most that is waited */
	uint32_t timeout_min_ms;                         /* and the least, however fast the device was; 0: no floor */
	uint32_t gap_ms;                                 /* silence between an answer and the next request, at least */
	uint32_t turnaround_ms; /* what a device takes to answer at most, for the schedule check */
	uint32_t dead;          /* so many devices are taken for dead in the schedule check */
	struct site_place place;
};

/* RTU frames with a CRC and no transaction id, whatever carries them. */
static inline bool site_link_is_rtu(const struct site_link *link)
{
	return link->endpoints[0].transport != TRANSPORT_TCP;
}

enum site_table { TABLE_DISCRETE, TABLE_COIL, TABLE_INPUT, TABLE_HOLDING };

enum site_type { TYPE_BIT, TYPE_U16, TYPE_I16, TYPE_U32, TYPE_I32, TYPE_F32 };

/* Bytes of a 32-bit value as they come on the wire; A is the most significant. A register carries two of them. */
enum site_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA };

/* A name for one value of a register. */
struct site_enum {
	const char *name;
	int64_t raw; /* as its type says: negative only for i16 and i32 */
};

/* How a latched input is cleared: by writing this, once the event is durable. */
struct site_clear {
	enum site_table table; /* coil or holding */
	uint16_t address;
	uint16_t value; /* 0 or 1 for a coil */
};

/*
 * One value on the wire: a bit, or a number in one or two registers. "di" with count 16 makes sixteen points, di/0 …
 * di/15. The value of a number is raw × scale + offset, in its unit.
 */
struct site_point {
	const char *name; /* within the device: "di/3", or "lid" when the count is 1 and not given */
	uint32_t device;
	enum site_table table;
	uint16_t address; /* on the wire, from 0; of two registers the first */
	uint8_t bit;      /* TYPE_BIT in a register; else 0 */
	bool used;        /* somebody reads it: a sensor, an output, or the device's alive */
	bool counter;     /* u16, u32: counts up and wraps at the width of its type */
	bool latched;     /* a bit that stays until clear is written */
	bool write;       /* an output may write it; every other point is never written, but for clear */
	enum site_type type;
	enum site_order order;         /* of the 32-bit types */
	double scale, offset;          /* 0 and 0 count as 1 and 0: use site_point_value() */
	const char *unit;              /* NULL: a bare number */
	const struct site_enum *enums; /* shared by the points of one line */
	uint32_t enum_count;
	struct site_clear clear; /* of a latched point */
};

/* Registers, or bits of a bit table, that a point takes. */
static inline uint16_t site_point_width(const struct site_point *point)
{
	return point->type >= TYPE_U32 ? 2 : 1;
}

static inline double site_point_value(const struct site_point *point, double raw)
{
	return raw * (point->scale != 0 ? point->scale : 1) + point->offset;
}

/* What a device must answer to be the one that was installed. */
enum site_identity_kind {
	IDENTITY_NONE,
	IDENTITY_OBJECTS,  /* FC 43/14, the basic objects: vendor, product code, revision */
	IDENTITY_SERVER,   /* FC 17: the bytes after the byte count begin with these */
	IDENTITY_REGISTER, /* one register has this value */
};

struct site_identity {
	enum site_identity_kind kind;
	const char *vendor, *product, *revision; /* OBJECTS; NULL: any */
	const uint8_t *server;                   /* SERVER */
	uint8_t server_length;
	enum site_table table; /* REGISTER: input or holding */
	uint16_t address, value;
};

/* A value that must change, or the device is a frozen copy of itself. */
struct site_alive {
	uint32_t point;     /* SITE_NONE: none */
	uint32_t within_ms; /* 0: none */
};

struct site_device {
	const char *id;
	uint32_t link;
	uint8_t unit;
	uint32_t scan_ms;
	uint16_t max_bits, max_words; /* in one request */
	uint16_t max_gap;             /* unused addresses a merged read may run over; 0: none */
	const char *profile;          /* NULL: none */
	uint32_t turnaround_ms;       /* what it takes to answer at most; 0: as its link says */
	bool allow_slow;              /* the schedule check only warns of its inputs */
	struct site_identity identity;
	struct site_alive alive;
	uint32_t point_first, point_count;
	struct site_place place;
};

struct site_area {
	const char *id, *title, *layer; /* layer may be NULL */
	bool start_unset;               /* first seen as unset */
	struct site_place place;
};

/* Bands of a supervised loop; a value in none of them is drift. */
enum site_band { BAND_SHORT, BAND_ALARM, BAND_NORMAL, BAND_OPEN, BAND_COUNT };

/* Both ends belong to the band. A band that the loop has not got is { 1, 0 }: nothing is in it. */
struct site_range {
	double low, high;
};

/* In raw counts, or in the unit of the points that are looked at so; no two bands overlap. */
struct site_loop {
	const char *id;
	const char *unit; /* NULL: raw counts */
	struct site_range bands[BAND_COUNT];
	struct site_place place;
};

/* The band of a value; BAND_COUNT: drift. */
enum site_band site_loop_band(const struct site_loop *loop, double value);
const char *site_band_name(enum site_band band); /* "short" "alarm" "normal" "open" */

/* What a sensor's input is for. */
enum site_role {
	ROLE_CONTACT, /* door: true = open */
	ROLE_BOLT,    /* door: true = thrown */
	ROLE_RELEASE, /* door: true = opening is authorised */
	ROLE_HIT,     /* fence: each rise is a hit */
	ROLE_TRIGGER, /* camera */
	ROLE_INPUT,   /* duress, tamper, power (true = lost), input */
	ROLE_TAMPER,  /* any kind: true = tampered */
	ROLE_COUNTER, /* fence: each count is a hit */
	ROLE_LEVEL,   /* fence: each rise over the threshold is a hit */
	ROLE_COUNT,
};
const char *site_role_name(enum site_role role); /* the key of the site file: "contact", … */

/* How truth is made of what a point says. invert turns it round at last, for every form but COUNTER. */
enum site_form {
	FORM_BIT,   /* the bit */
	FORM_LEVEL, /* a number over above, or under below */
	FORM_ENUM,  /* a number that is one of values */
	FORM_LOOP,  /* alarm band: true, normal band: false; short, open and drift are conditions, and keep the truth */
	FORM_NAMUR, /* as LEVEL, in mA; NE43: below 3.6 mA is loop.open, over 21 mA loop.short, either for 4 s */
	FORM_PAIR,  /* point closes and other opens; both on is loop.short, both off loop.open */
	FORM_COUNTER, /* each count more is one activation */
};

struct site_input {
	uint32_t point; /* SITE_NONE: not wired */
	bool invert;    /* "not …" */
	enum site_form form;
	uint32_t other; /* PAIR: the point of the contact that opens */
	uint32_t loop;  /* LOOP: index into site.loops */
	/* LEVEL, NAMUR: true when value > above or value < below, false again when value <= above - hysteresis and
	 * value >= below + hysteresis. A side that is not given is +HUGE_VAL or -HUGE_VAL. */
	double above, below, hysteresis;
	const int64_t *values; /* ENUM: raw */
	uint32_t value_count;
};

/* Times of a sensor; what its kind does not use is 0. Defaults: alarm tables in the manual, picket-site(5). */
struct site_timing {
	uint32_t held_ms, pre_alarm_ms, bolt_ms, release_ms; /* door */
	uint32_t window_ms, dead_ms, hold_ms;                /* fence; hold also camera, duress, input */
	uint32_t count;                                      /* fence: hits that make an intrusion */
	uint32_t retrigger_ms;                               /* camera */
	uint32_t stuck_ms;    /* camera: camera.stuck when active for so long; fence, input: stuck when unchanged */
	uint32_t on_delay_ms; /* power, input */
};

/* What differs from condition_info() for one sensor; indexed by slot. */
struct site_condition {
	uint8_t priority_set, priority_unset;
	bool latched;
	uint32_t realarm_ms; /* acknowledged and still active for so long: unacknowledged again; 0: never */
};

struct site_sensor {
	const char *id, *title; /* the title is the id when none is given */
	enum sensor_kind kind;
	uint32_t area;
	struct site_input inputs[ROLE_COUNT];
	struct site_timing timing;
	struct site_condition conditions[CONDITION_SLOTS];
	const char *condition_name; /* kind input: its own name, else "input.active" */
	const char *guidance;       /* NULL: none */
	const char *camera;         /* id of a camera, NULL: none */
	uint32_t preset;            /* of that camera, 0: none */
	bool allow_slow;            /* the schedule check only warns of its inputs */
	float at_x, at_y;           /* per cent of the site plan; negative: not placed */
	struct site_place place;
};

/* What several sensors say together, each by the first condition of its kind. It only raises: each of them is told too. */
struct site_rule {
	const char *id, *title;
	bool sequence;     /* all members in this order; else at_least of them in any */
	uint32_t at_least; /* not of a sequence */
	uint32_t within_ms;
	uint8_t priority;
	size_t member_count;
	const uint32_t *members; /* sensors */
	struct site_place place;
};

/* What makes an output act: an alarm condition that a sensor can have. */
struct site_trigger {
	uint32_t sensor;
	enum condition_id condition;
};

/* A point that is written: 1 while a trigger is active, or for one pulse from its rise; else 0. */
struct site_output {
	const char *id;
	uint32_t point;    /* a coil or a u16 holding register with write: true, of this output alone */
	uint32_t pulse_ms; /* 0: as long as a trigger is active */
	bool readback;     /* each write is verified by reading */
	uint32_t trigger_count;
	const struct site_trigger *triggers;
	struct site_place place;
};

struct site {
	const char *site, *gateway, *title;
	struct site_broker broker;
	const char *journal_dir;
	uint32_t keep_days;
	const char *control_socket; /* NULL: the default place */
	bool control_poke;          /* people at the control socket may write single registers */
	size_t file_count, link_count, device_count, point_count, area_count, sensor_count;
	size_t loop_count, output_count, rule_count;
	const char **files; /* files[0] is the site file itself */
	struct site_link *links;
	struct site_device *devices;
	struct site_point *points;
	struct site_area *areas;
	struct site_sensor *sensors;
	struct site_loop *loops;
	struct site_output *outputs;
	struct site_rule *rules;
	/* indices in the order of the ids, for the look-ups below; NULL: not sorted, look-ups are linear */
	const uint32_t *devices_by_id, *areas_by_id, *sensors_by_id, *rules_by_id;
	char hash[65]; /* SHA-256 in hex over all files in the order they were read */
	void *arena;   /* owns every string and array above */
};

/* SITE_NONE when there is none of this id. */
uint32_t site_sensor_by_id(const struct site *site, const char *id);
uint32_t site_device_by_id(const struct site *site, const char *id);
uint32_t site_area_by_id(const struct site *site, const char *id);
uint32_t site_rule_by_id(const struct site *site, const char *id);

/* What a rule raises: COND_VERIFIED or COND_SEQUENCE. */
static inline enum condition_id site_rule_condition(const struct site_rule *rule)
{
	return rule->sequence ? COND_SEQUENCE : COND_VERIFIED;
}

/* The name that a sensor's condition has outside, e.g. in topics. */
const char *site_condition_name(const struct site *site, uint32_t sensor, enum condition_id id);

#endif
