# Shelving: at most 12 h, 1 h when not said, never without a reason; a shelved alarm is not shelved again (OPC UA
# Bad_ConditionAlreadyShelved), and a stale occurrence is refused.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+0 shelve gate/door.held
> = no reason
t=+0 shelve gate/door.held for=43201 why too long
> = too long
t=+0 shelve gate/door.held #77 why stale
> = stale occurrence
t=+0 shelve gate/door.held why wind
> 00:00.100 alarm.shelved gate door.held E p2 #2 shelved until 60:00 by op12 why wind
> = ok
t=+0 shelve gate/door.held for=60 why again
> = not needed
t=+0 unshelve gate/door.held
> 00:00.100 alarm.unshelved gate door.held A p2 #2 by op12
> = ok
t=+0 shelve gate/door.held for=43200 why a whole shift
> 00:00.100 alarm.shelved gate door.held E p2 #2 shelved until 720:00 by op12 why a whole shift
> = ok
