# Suppressed by design (ISA-18.2): the condition of a plain input is evaluated while the area is unset, told as an event, and blocks
# setting by its name.
areas: {yard: {title: Yard, start: unset}}
sensors:
  pir: {kind: input, area: yard, input: io/di/0, on_delay_s: 2}
story
t=+0 scan x2
> 00:00.100 sensor.changed pir normal initial
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:00.200 sensor.changed pir active
t=+3000 set yard
> 00:02.200 sensor.changed pir input.active active
> 00:03.200 area.set_refused yard CI by op12 why pir
> = blocked: pir
t=+0 wire io/di/0 = 0
t=+0 scan x2
> 00:03.300 sensor.changed pir normal
t=+0 set yard
> 00:03.300 area.set yard CL by op12
> = ok
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:03.400 sensor.changed pir active
t=+3000 wait
> 00:05.400 alarm.raised pir input.active B p3 UA #8
