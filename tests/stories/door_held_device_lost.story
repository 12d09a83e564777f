# A sample that is not good changes nothing: held does not come from a door nobody sees, and comes at once when it is seen still open.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 wire io/di/2 = 1
t=+0 scan
t=+200 wire io/di/0 = 1
t=+0 wire io/di/1 = 0
t=+0 scan x2
> 00:00.400 sensor.changed gate open
t=+1000 lose io
> 00:01.500 device.lost io device.lost B p2 ET #3
t=+0 scan
> 00:01.500 alarm.raised gate supervision_lost B p1 BZ #4
> 00:01.500 sensor.changed gate unknown bad
t=+30000 find io
> 00:31.500 device.restored io device.lost D p2 ER #3
t=+0 scan x2
> 00:31.500 alarm.raised gate door.held B p2 DL #7
> 00:31.600 alarm.cleared gate supervision_lost D p1 BR #4
> 00:31.600 sensor.changed gate open
