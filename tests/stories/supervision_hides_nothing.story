# Opened while nobody could see it: when the line is back the level decides, and the door is forced at the first good sample.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 lose io
> 00:00.200 device.lost io device.lost B p2 ET #2
t=+0 scan
> 00:00.200 alarm.raised gate supervision_lost B p1 BZ #3
> 00:00.200 sensor.changed gate unknown bad
t=+5000 wire io/di/0 = 1
t=+0 find io
> 00:05.200 device.restored io device.lost D p2 ER #2
t=+0 scan x2
> 00:05.200 alarm.raised gate door.forced B latched p1 DF #6
> 00:05.300 alarm.cleared gate supervision_lost D p1 BR #3
> 00:05.300 sensor.changed gate open
