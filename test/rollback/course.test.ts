// The course of one leg: its one deadline, and what is none of its time.
import { expect, test } from '@jest/globals';
import { started } from '../../src/rollback/course.ts';
import { memoryWorld } from '../world/memory/world.ts';
import { inputs } from './town.ts';

test('a leg that waited for its turn has its whole deadline, and none of the wait among its phases', async () => {
  const world = memoryWorld();
  const course = started(world, inputs(), 'us');
  const whole = course.left();
  await world.clock.sleep(1_000);
  course.phase('decide');
  await world.clock.sleep(60_000);

  course.resume();
  await world.clock.sleep(2_000);
  course.phase('switch');

  expect(course.left()).toBe(whole - 3_000);
  expect(course.closed().times).toMatchObject({ decide: 1_000, switch: 2_000 });
});
