/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits - every bound of Picket, in one place, each with its reason.
 *
 * Sizes of the wire come from "MODBUS Application Protocol Specification V1.1b3" (MB) and "MODBUS over Serial
 * Line V1.02" (SL).
 */
#ifndef PICKET_LIMITS_H
#define PICKET_LIMITS_H

/* --- the site file ------------------------------------------------------------------------------- */
#define LIMIT_FILE_BYTES    (4u << 20) /* a map of 12,000 sensors is under 3 MiB */
#define LIMIT_YAML_DEPTH    16         /* the format nests 6 deep; libyaml itself has no limit */
#define LIMIT_YAML_NODES    1000000    /* bounds the memory of a hostile file that is all punctuation */
#define LIMIT_INCLUDES      64         /* files of one site, the first one included */
#define LIMIT_INCLUDE_DEPTH 4          /* a part may include a part; deeper is a mistake */
#define LIMIT_ERRORS        200        /* reported in one run; more help nobody */
#define LIMIT_ID            32         /* bytes of an id, without the NUL: topics stay short */
#define LIMIT_TITLE         128        /* bytes of a title: one line on an operator's screen */
#define LIMIT_GUIDANCE      512        /* bytes of guidance: what a person reads in ten seconds */
#define LIMIT_PATH          256        /* bytes of a file name in the site file */
#define LIMIT_URLS          4          /* brokers of a gateway */
#define LIMIT_ENDPOINTS     2          /* ways of a link: the primary and the backup */
#define LIMIT_LINKS         2048       /* more descriptors than this want more gateways */
#define LIMIT_DEVICES       4096
#define LIMIT_POINTS        65536 /* of all devices together */
#define LIMIT_POINTS_DEVICE 4096
#define LIMIT_AREAS         512
#define LIMIT_SENSORS       16384
#define LIMIT_PROFILES      256
#define LIMIT_LOOPS         256
#define LIMIT_OUTPUTS       1024
#define LIMIT_TRIGGERS      256 /* of one output; an output for the whole site wants a rule */
#define LIMIT_VALUES        64  /* named values of a register: more is a measurement */
#define LIMIT_UNIT_NAME     16  /* bytes of "mA", "ohm", "m/s" */
#define LIMIT_HOST          253 /* bytes of a DNS name: RFC 1035 2.3.4, without the length bytes */
#define LIMIT_IDENTITY      64  /* bytes of what a device says it is; more than is ever compared */
#define LIMIT_RULES         1024
#define LIMIT_RULE_MEMBERS  32   /* of one rule: more sensors than a person can picture */
#define LIMIT_RULE_WITHIN_S 3600 /* BS 8243: two detectors confirm each other within an hour at most */

/* --- values an installer may choose -------------------------------------------------------------- */
#define LIMIT_UNIT_MIN       1 /* SL 2.2: 1..247; 0 is broadcast */
#define LIMIT_UNIT_MAX       247
#define LIMIT_UNIT_MAX_TCP   255 /* 255 is the usual unit of a device that is its own gateway */
#define LIMIT_SCAN_MS_MIN    10
#define LIMIT_SCAN_MS_MAX    60000
#define LIMIT_TIMEOUT_MS_MIN 5
#define LIMIT_TIMEOUT_MS_MAX 10000
#define LIMIT_GAP_MS_MAX     1000  /* a longer pause between two requests is a slower scan */
#define LIMIT_RS485_MS_MAX   100   /* the kernel cuts longer ones: RS485_MAX_RTS_DELAY of serial_core.c */
#define LIMIT_SECONDS_MAX    86400 /* the longest hold, window or stuck time: one day */

/* --- the wire ------------------------------------------------------------------------------------ */
#define LIMIT_READ_BITS  2000 /* MB 6.1, 6.2: quantity of coils or inputs in one read */
#define LIMIT_READ_WORDS 125  /* MB 6.3, 6.4: quantity of registers in one read */
#define LIMIT_PDU        253  /* MB 4.1 */
#define LIMIT_ADU_TCP    260  /* MBAP header 7 + PDU 253 */
#define LIMIT_ADU_RTU    256  /* unit 1 + PDU 253 + CRC 2 */

/* --- one-off exchanges --------------------------------------------------------------------------- */
#define LIMIT_IDENTITY          64    /* bytes kept of a text by which a device names itself */
#define LIMIT_IDENTITY_MS       60000 /* between two looks at a device's identity while nothing interrupts it */
#define LIMIT_IDENTITY_RETRY_MS 1000  /* between two attempts of a device that has to prove itself */
#define LIMIT_LEARN_MS          5000 /* a device is heard for so long before it is asked who it is, if nobody needs to know */
#define LIMIT_RTT_SHIFT_S       60    /* a round trip that is another for so long is no coincidence */
#define LIMIT_IDENTITY_TRY      3     /* attempts to read it; a device that answers all but this is not proven */
#define LIMIT_OUTPUT_TRIES      5     /* writes of an output in quick succession before it counts as failed */
#define LIMIT_OUTPUT_MS         500   /* between two of them, and the least time for a read to confirm one */
#define LIMIT_OUTPUT_SLOW_S     10    /* between two attempts after that: never given up */
#define LIMIT_OUTPUT_S          86400 /* the longest pulse that a person may ask for: one day */
#define LIMIT_BUS_JOBS          8     /* peeks and pokes under way at a time; the next one is refused */
#define LIMIT_BUS_JOB_S         30    /* an answer that nobody fetched is dropped after this */
#define LIMIT_TRACES            4     /* links watched at a time: 400 KiB */
#define LIMIT_TRACE_FRAMES      256   /* of a watched link kept until they are fetched: a second of the fastest bus */
#define LIMIT_TRACE_S           5     /* a watched link that nobody asks about any more is let go */

/* --- supervision --------------------------------------------------------------------------------- */
#define LIMIT_MISSED_SCANS   3     /* so many missed scans in a row and the device is lost */
#define LIMIT_SUPERVISION_MS 10000 /* and after this long in any case: EN 50131-1 grade 4, table 15 */
#define LIMIT_DEAD_SHARE_PCT 5     /* of a bus's time for all its dead devices together: the contract's promise 3 */
#define LIMIT_CONNECT_MS     2000  /* a TCP connection that takes longer is not there */
#define LIMIT_BACKOFF_MIN_MS 100   /* first pause before connecting or probing again */
#define LIMIT_BACKOFF_MAX_MS 2000  /* the longest: a device that returns is seen within two seconds */

#define LIMIT_LOST_MS        3000 /* a device that cannot be asked for a while is lost then, not before */
#define LIMIT_SILENT_REPLIES 3    /* timeouts in a row without one byte: the connection itself is in doubt */
#define LIMIT_RECONNECT_MS   250  /* between two connections of one link, however well the first one served */
#define LIMIT_CONNECT_BURST  64   /* connections begun within one grid step: no storm after a switch restarts */

/* --- the ways of a link -------------------------------------------------------------------------- */
#define LIMIT_ADDRESSES          4      /* of one name; a module has one or two */
#define LIMIT_RESOLVE_MS         2000   /* between two lookups of one name */
#define LIMIT_TROUBLE            128    /* bytes of the reason why a link is not up: one line */
#define LIMIT_DRAIN_NET_MS       100    /* silence after a doubt behind a converter, which sends on every 10 to 50 ms */
#define LIMIT_PATH_FAILURES      3      /* exchanges in a row that nobody answers: the way is bad, not a device */
#define LIMIT_PATH_SILENT_MS     2000   /* or so long: before LIMIT_LOST_MS, so that nobody is lost by it */
#define LIMIT_PATH_WATCH_MS      100    /* how often a way is looked at while a failure on it is not answered */
#define LIMIT_PATH_CHECK_MS      10000  /* between two checks of the way that is not used: one connection, one read */
#define LIMIT_PATH_HASTE_MS      1000   /* the same while the other way fails */
#define LIMIT_PATH_LOOK_MS       20     /* how often a check under way looks for its answer */
#define LIMIT_PATH_RETURN_MS     30000  /* the primary must be good for so long before it is used again: 3 checks */
#define LIMIT_PATH_RETURN_MAX_MS 600000 /* and for so long when it fails again and again */
#define LIMIT_PATH_HOLD_MS       2000   /* before a way that serves nobody is left for one that did not either */
#define LIMIT_PATH_HOLD_MAX_MS   300000
#define LIMIT_FLAPS              5     /* so many connections lost within LIMIT_FLAP_MS are told as one condition */
#define LIMIT_FLAP_MS            60000 /* and so long without a loss ends it */

/* --- scheduling and the serial line -------------------------------------------------------------- */
#define LIMIT_GRID_US          5000  /* scans start on multiples of this, so that many links share a wake-up */
#define LIMIT_GRID_SLOW_US     10000 /* the same for scans of LIMIT_GRID_SLOW_MS and slower, */
#define LIMIT_GRID_COARSE_US   25000 /* over TCP, when it divides their period */
#define LIMIT_GATHER_US        300   /* the first of many answers waits so long for the others: one wake-up for all */
#define LIMIT_GATHER_LINKS     2     /* so many others at least are awaited */
#define LIMIT_GRID_SLOW_MS     100
#define LIMIT_FIRST_MS         500  /* the first scans of all devices are spread over this, however slow their period */
#define LIMIT_DRAIN_MS         20   /* silence after a doubt; USB adapters hand bytes over every 16 ms */
#define LIMIT_LATE_MS          2200 /* so long after its deadline an RTU reply may still come and must not be believed */
#define LIMIT_LATE_TWIN_MS     150  /* and so long after a stray reply its duplicate */
#define LIMIT_TWIN_MS          20   /* in health: before another part of the device is asked in the same shape */
#define LIMIT_STALE            8    /* unanswered requests of one device remembered at a time */
#define LIMIT_STALL_MS         100  /* woken so much too late, the process stood still and nobody else is to blame */
#define LIMIT_JOBS             16   /* exchanges besides the scans that wait on one link */
#define LIMIT_JOB_SHARE_PCT    5    /* of a link's time for all of them */
#define LIMIT_TIMEOUT_FLOOR_MS 20   /* the least that is waited, however fast a device was: it may be busy for once */
#define LIMIT_TIMEOUT_NET_MS   250  /* the same in a stream: a lost segment comes again after 200 ms */
#define LIMIT_OWED_MS          1500 /* so long a gateway may be busy with a request that it did not answer in time */
#define LIMIT_OWED             4    /* unanswered requests in a gateway's queue; with more nothing new is asked */
#define LIMIT_SICK_SHARE_PCT   20 /* of a bus's time for exchanges that devices leave unanswered before they are lost */
#define LIMIT_MAP_MIN_MS       15000 /* a refused address is tried again after this, the next time after twice as long */
#define LIMIT_MAP_MAX_MS       600000 /* and so on up to this */
#define LIMIT_MAP_STEPS        16     /* refusals in one scan that are followed up; the rest in the next */
#define LIMIT_BUSY_MIN_MS      50     /* a device that says it is busy is left alone so long, the next time twice */
#define LIMIT_BUSY_MAX_MS      1000
#define LIMIT_LATE_SCANS       3     /* missed deadlines within LIMIT_LATE_SPAN_MS make a device's schedule late */
#define LIMIT_LATE_SPAN_MS     10000 /* and so long without one ends it */
#define LIMIT_RETRY_MS         2000  /* a slow scan that was missed is tried again after this, not after its period */

/* --- the schedule check -------------------------------------------------------------------------- */
#define LIMIT_DETECT_MS     400 /* an alarm input active for longer is seen: EN 50131-1 8.9.1, IEC 60839-11-1 table 2 */
#define LIMIT_TURNAROUND_MS 10  /* from request to answer where nothing is said */
#define LIMIT_WAKE_US       1000 /* our own part of an exchange: two wake-ups of the process */
#define LIMIT_BACKLOG_MS    5000 /* a link that is behind for so long has no worst case worth naming */

/* --- the broker ---------------------------------------------------------------------------------- */
#define LIMIT_UPLINK_MIN_MS     100   /* first pause before connecting again; jitter takes up to half of it */
#define LIMIT_UPLINK_MAX_MS     5000  /* the longest: a broker that returns is found within five seconds */
#define LIMIT_UPLINK_CONNECT_MS 10000 /* TCP, TLS and CONNACK together */
#define LIMIT_PUBACK_MS         5000  /* without one for so long the link is dead: the contract's part 3 */
#define LIMIT_HEARTBEAT_MS      2000  /* the contract's part 3 */
#define LIMIT_REFUSED_MS        30000 /* how often what the broker refused is offered again */
#define LIMIT_EXPLAIN_MS        3000  /* for the handshake that explains a failed connection */
#define LIMIT_MQTT_PACKET       65536 /* bytes of an incoming packet; the broker drops larger ones for us */

/* --- queues -------------------------------------------------------------------------------------- */
#define LIMIT_JOURNAL_QUEUE 16384 /* events waiting for the disk; when nearly full the loop stops polling */
#define LIMIT_JOURNAL_SPARE 1024  /* room the loop keeps free, more than one turn of it can emit */
#define LIMIT_JOURNAL_BATCH 100   /* events in one commit: the knee of the measured curve */
#define LIMIT_WINDOW        20    /* publishes in flight; Debian's mosquitto allows 20 and Paho must not queue */
#define LIMIT_COMMAND_BYTES 16384 /* a larger command is refused unread */
#define LIMIT_JSON_DEPTH    16    /* of a document from outside; a command nests 2 deep */
#define LIMIT_COMMAND_RATE  10    /* commands a second; a person cannot be faster */
#define LIMIT_COMMAND_QUEUE 64    /* commands waiting for the loop; the next one is refused */
#define LIMIT_COMMAND_IDS   1024  /* remembered command ids, for the answer to a repeat */
#define LIMIT_PAYLOAD       4096  /* bytes of one rendered event */
#define LIMIT_REPLIES       64    /* answers waiting for the publisher; as many as commands can wait */
#define LIMIT_SENT_SPAN     1024  /* events sent beyond the first unacknowledged one: 5 s of a busy site */
#define LIMIT_SET_ASIDE     256   /* events that the broker refused; more, and the stream waits for it */
#define LIMIT_FEED          32    /* events or states read from the journal at once */
#define LIMIT_SWEEP         1024  /* retained topics of ours looked at in a round; mosquitto sends 1,000 */
#define LIMIT_SWEEP_ROUNDS  16    /* rounds after one connect */
#define LIMIT_TOPIC         128   /* bytes of one of our topics below its prefix, at most 6+1+32+1+32 */
#define LIMIT_CORRELATION   64    /* bytes of a request's correlation data that an answer carries back */
#define LIMIT_SESSIONS      32    /* connections to the control socket */
#define LIMIT_SESSION_S     10    /* a session that is silent for so long is closed: a stuck client frees its place */
#define LIMIT_PAGE_PIECE    16384 /* bytes rendered at once: holds the longest row, and takes well under a millisecond */
#define LIMIT_PAGE          (64u << 20) /* bytes of a page that picketctl takes: every alarm of 16,384 sensors is 40 MiB */

/* --- the simulator ------------------------------------------------------------------------------- */
#define LIMIT_SIM_TURN        64    /* descriptors served before the moments that are due */
#define LIMIT_SIM_CONNECTIONS 32    /* to one TCP link: a real module takes 4 to 16 */
#define LIMIT_SIM_REPLIES     16    /* of one connection that wait for their moment; masters ask for less at a time */
#define LIMIT_SIM_SILENCE_US  10000 /* what ends a doubtful frame on a pty: 3.5 characters and the scheduler */
#define LIMIT_SIM_PULSES      1024  /* under way at a time; the next one is refused */
#define LIMIT_SIM_DELAY_MS    60000 /* the slowest device one may ask for */
#define LIMIT_SIM_LINE        1024  /* bytes of one command: a file name and a verb */
#define LIMIT_SIM_SESSIONS    32    /* terminals and scripts at the control socket */
#define LIMIT_SIM_STEPS       10000 /* of a scenario */

/* --- masking ------------------------------------------------------------------------------------- */
#define LIMIT_SHELVE_S          43200 /* one shift: nobody shelves beyond his own; ISA-18.2 leaves the number to the site */
#define LIMIT_SHELVE_DEFAULT_S  3600    /* when a command does not say */
#define LIMIT_ISOLATE_S         2592000 /* 30 days: a bypass that nobody remembers must end */
#define LIMIT_SERVICE_S         604800  /* out of service: a week */
#define LIMIT_SERVICE_DEFAULT_S 14400   /* half a shift */

/* --- words of people in events ------------------------------------------------------------------- */
#define LIMIT_USER   64
#define LIMIT_REASON 200

/* --- the target of a command --------------------------------------------------------------------- */
#define LIMIT_COMMAND_TARGET 80 /* bytes of SENSOR/CONDITION, or of an event's id */

#endif
