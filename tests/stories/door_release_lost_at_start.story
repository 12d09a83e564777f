# A release that is lost releases nothing: the open door is forced as soon as the loss is known.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: far/di/0}
story
t=+0 sample io/di/0 = 1
t=+900 lose far
> 00:00.900 device.lost far device.lost B p2 ET #1
t=+0 sample far/di/0 = 0 bad
> 00:00.900 alarm.raised gate supervision_lost B p1 BZ #2 initial
> 00:00.900 sensor.changed gate unknown bad initial
t=+100 sample io/di/0 = 1
> 00:00.000 alarm.raised gate door.forced B latched p1 DF #4 initial
