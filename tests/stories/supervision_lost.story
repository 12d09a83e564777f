# R7, R8: a lost point is an alarm of priority 1 while set (SIA BZ, BR) and never hides, clears or acknowledges the forced
# door; the device has its own (ET, ER). Back is two good samples of every point.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+300 wire io/di/0 = 1
t=+0 scan
> 00:00.400 sensor.changed gate open
> 00:00.400 alarm.raised gate door.forced B latched p1 DF #3
t=+1000 lose io
> 00:01.400 device.lost io device.lost B p2 ET #4
t=+0 scan
> 00:01.400 alarm.raised gate supervision_lost B p1 BZ #5
> 00:01.400 sensor.changed gate unknown bad
t=+100 scan
t=+1000 ack gate/supervision_lost
> 00:02.500 alarm.acked gate supervision_lost C p1 #5 by op12
> = ok
t=+1000 find io
> 00:03.500 device.restored io device.lost D p2 ER #4
t=+0 scan x2
> 00:03.600 alarm.cleared gate supervision_lost A p1 BR #5
> 00:03.600 sensor.changed gate open
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:04.700 alarm.cleared gate door.forced D latched p1 DR #3
> 00:04.700 sensor.changed gate locked
