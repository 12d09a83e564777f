/* SPDX-License-Identifier: Apache-2.0 */
/* device_inside - what the parts of a device do for each other: device.c (when it is read and what that came to) and
 * device_ask.c (what it is asked next), device_points.c (what its points are given out as). Nobody else's business. */
#ifndef PICKET_DEVICE_INSIDE_H
#define PICKET_DEVICE_INSIDE_H

#include "drivers/device.h"

/* The request that the scan has come to. */
size_t device_current(const struct device *device);
/* The next piece of it, or of one behind it; false when the rest of the scan has none. */
bool device_next_piece(struct device *device, struct mono now, struct split_piece *ret_piece);
/* Whether there is another piece of it. */
bool device_next_piece_here(struct device *device);
/* The shape was read. */
void device_move_on(struct device *device, const struct device_shape *shape);

/* Points of one request, as last known, with this quality. */
void device_give_out_request(struct device *device, size_t index, enum quality quality, enum fault fault,
                             struct mono now);
/* A scan brought nothing for it. */
void device_miss_request(struct device *device, size_t index, enum fault fault, struct mono now);
void device_deliver(struct device *device, const struct device_exchange *exchange, const uint8_t *data);

struct split_view device_view(struct device *device, size_t index);
/* The addresses of the exchange are refused for good, and are not any more. */
void device_points_refused(struct device *device, const struct device_exchange *exchange, uint8_t code);
void device_points_accepted(struct device *device, const struct device_exchange *exchange);

#endif
