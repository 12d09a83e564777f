# Shelved and unset are two things: the area set again, a shelved alarm is still not announced, and raised when its time is over.
areas: {yard: {title: Yard}}
sensors:
  pump: {kind: input, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed pump normal initial
t=+0 shelve pump/input.active for=600 why work
> 00:00.100 alarm.shelved pump input.active E p3 #2 shelved until 10:00 by op12 why work
> = ok
t=+0 unset yard
> 00:00.100 area.unset yard OP by op12
> 00:00.100 alarm.updated pump input.active E p5 #2 shelved until 10:00 by op12
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:01.100 sensor.changed pump input.active active
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:02.300 sensor.changed pump normal
t=+0 set yard
> 00:02.300 area.set yard CL by op12
> 00:02.300 alarm.updated pump input.active E p3 #2 shelved until 10:00 by op12
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:03.300 sensor.changed pump input.active active
t=+600000 wait
> 10:00.100 alarm.unshelved pump input.active A p3 #2
> 10:00.100 alarm.raised pump input.active B p3 UA #11
