/** Something outside of the program stands in its way, and a person must move it: the message says what it is, what was
 *  kept and what to do. No fault of the program's, so nobody wants to see its stack. */
export class Obstacle extends Error {
  override name = "Obstacle";
}
