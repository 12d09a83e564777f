# Latch and acknowledgement survive restart: what waited for its reset still does, and is reset by name of its occurrence.
areas: {yard: {title: Yard}}
sensors:
  lid: {kind: tamper, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed lid normal initial
t=+100 wire io/di/0 = 1
t=+0 scan x2
> 00:00.200 alarm.raised lid tamper B latched p1 TA #2
> 00:00.300 sensor.changed lid active
t=+0 ack lid/tamper
> 00:00.300 alarm.acked lid tamper C latched p1 #2 by op12
> = ok
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:00.500 alarm.cleared lid tamper C latched p1 TR #2
> 00:00.500 alarm.latched lid tamper C latched p1 #2
> 00:00.500 sensor.changed lid normal
t=+1000 restart
t=+0 scan x2
> 00:01.600 sensor.changed lid normal initial
t=+0 reset lid/tamper #99
> = stale occurrence
t=+0 reset lid/tamper #2
> 00:01.600 alarm.reset lid tamper A p1 #2 by op12
> = ok
