# EN 50131-1 table 4, prevention of setting: an open door, an unheard and a tampered sensor block, by name; what is closed and
# bolted does not.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1}
  side: {kind: door, area: yard, contact: io/di/2}
  lid: {kind: tamper, area: yard, input: io/di/3}
  silent: {kind: input, area: yard, input: far/di/0}
story
t=+0 wire io/di/1 = 1
t=+0 wire io/di/2 = 1
t=+0 wire io/di/3 = 1
t=+0 sample io/di/0 = 0
t=+0 sample io/di/1 = 1
t=+0 sample io/di/2 = 1
> 00:00.000 alarm.raised side door.forced B latched p2 DJ #1 initial
> 00:00.000 sensor.changed side open initial
t=+0 sample io/di/3 = 1
t=+100 sample io/di/0 = 0
t=+0 sample io/di/1 = 1
> 00:00.100 sensor.changed gate locked initial
t=+0 sample io/di/3 = 1
> 00:00.000 alarm.raised lid tamper B latched p2 TT #4 initial
> 00:00.100 sensor.changed lid active initial
t=+0 set yard
> 00:00.100 area.set_refused yard CI by op12 why side, lid, silent
> = blocked: side, lid, silent
t=+1000 wire io/di/2 = 0
t=+0 wire io/di/3 = 0
t=+0 scan x2
> 00:01.200 alarm.cleared side door.forced D latched p2 DR #1
> 00:01.200 sensor.changed side closed
> 00:01.200 alarm.cleared lid tamper D latched p2 TR #4
> 00:01.200 sensor.changed lid normal
> 00:01.200 sensor.changed silent normal initial
t=+0 set yard
> 00:01.200 area.set_refused yard CI by op12 why side, lid
> = blocked: side, lid
t=+0 ack lid/tamper
> 00:01.200 alarm.acked lid tamper C latched p2 #4 by op12
> 00:01.200 alarm.latched lid tamper C latched p2 #4 by op12
> = ok
t=+0 reset lid/tamper
> 00:01.200 alarm.reset lid tamper A p2 #4 by op12
> = ok
t=+0 ack side/door.forced
> 00:01.200 alarm.acked side door.forced C latched p2 #1 by op12
> 00:01.200 alarm.latched side door.forced C latched p2 #1 by op12
> = ok
t=+0 reset side/door.forced
> 00:01.200 alarm.reset side door.forced A p2 #1 by op12
> = ok
t=+0 set yard
> 00:01.200 area.set yard CL by op12
> = ok
t=+0 set yard
> = not needed
