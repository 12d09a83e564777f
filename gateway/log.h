/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one line to stderr with the priority prefix that systemd's journal understands
 * (sd-daemon(3)).
 *
 * Only programs log; modules return errors. One line per change of state, never per repeat.
 */
#ifndef PICKET_LOG_H
#define PICKET_LOG_H

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_INFO = 6 };

__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *format, ...);

#endif
