# Retrigger 2 s: a rise too soon after the last trigger is not lost; when the output still says so after 2 s it counts.
areas: {yard: {title: Yard}}
sensors:
  cam: {kind: camera, area: yard, trigger: io/di/0, hold_s: 0}
story
t=+0 scan x2
> 00:00.100 sensor.changed cam normal initial
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:00.200 alarm.raised cam camera.trigger B p2 BA #2
> 00:00.200 sensor.changed cam active
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:00.400 alarm.cleared cam camera.trigger D p2 BH #2
> 00:00.400 sensor.changed cam normal
t=+500 wire io/di/0 = 1
t=+0 scan x20
> 00:00.900 sensor.changed cam active
> 00:02.200 alarm.updated cam camera.trigger B p2 BA #7 count=2
