# SIA BA: a trigger is held 5 s; a second within 2 s is the same one (retrigger), a later one before the acknowledgement a
# further occurrence.
areas: {yard: {title: Yard}}
sensors:
  cam: {kind: camera, area: yard, trigger: io/di/0, tamper: io/di/1}
story
t=+0 scan x2
> 00:00.100 sensor.changed cam normal initial
t=+1000 sample io/di/0 = 1
> 00:01.100 alarm.raised cam camera.trigger B p2 BA #2
> 00:01.100 sensor.changed cam active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.300 sensor.changed cam normal
t=+1000 sample io/di/0 = 1
> 00:02.300 sensor.changed cam active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:02.500 sensor.changed cam normal
t=+1000 sample io/di/0 = 1
> 00:03.500 alarm.updated cam camera.trigger B p2 BA #7 count=2
> 00:03.500 sensor.changed cam active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:03.700 sensor.changed cam normal
t=+6000 ack cam/camera.trigger
> 00:08.600 alarm.cleared cam camera.trigger D p2 BH #7 count=2
> 00:09.700 alarm.acked cam camera.trigger A p2 #7 count=2 by op12
> = ok
