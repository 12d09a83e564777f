/* SPDX-License-Identifier: Apache-2.0 */
/* notify - the sd_notify(3) protocol: one datagram to $NOTIFY_SOCKET. Does nothing without a
 * supervisor. */
#ifndef PICKET_NOTIFY_H
#define PICKET_NOTIFY_H

/* state: "READY=1", "STOPPING=1", … */
void notify_supervisor(const char *state);

#endif
