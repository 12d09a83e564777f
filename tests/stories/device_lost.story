# Device communication failure (SIA ET, ER): one alarm for the device, lost again before the acknowledgement is a further
# occurrence.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 lose io
> 00:00.200 device.lost io device.lost B p2 ET #2
t=+500 find io
> 00:00.700 device.restored io device.lost D p2 ER #2
t=+500 lose io
> 00:01.200 device.lost io device.lost B p2 ET #4 count=2
t=+0 ack io/device.lost #2
> = stale occurrence
t=+0 ack io/device.lost
> 00:01.200 alarm.acked io device.lost C p2 #4 count=2 by op12
> = ok
t=+100 find io
> 00:01.300 device.restored io device.lost A p2 ER #4 count=2
