# Silence is never safe: an open door whose release is never heard is forced after 10 s at the latest (EN 50131-1 table 15, grade 4).
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: far/di/0}
story
t=+0 sample io/di/0 = 1
t=+100 sample io/di/0 = 1
t=+12000 wait
> 00:00.000 alarm.raised gate door.forced B latched p1 DF #1 initial
