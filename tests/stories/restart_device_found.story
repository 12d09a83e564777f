# A device lost before the restart that answers from the start is back, though nobody says so.
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
t=+1000 restart
t=+0 wire io/di/0 = 0
t=+0 sample io/di/0 = 0
> 00:01.200 device.restored io device.lost D p2 ER #2
t=+100 sample io/di/0 = 0
> 00:01.300 alarm.cleared gate supervision_lost D p1 BR #3
> 00:01.300 sensor.changed gate closed initial
