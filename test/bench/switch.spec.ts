import { expect } from "chai";
import { benchSwitch } from "../../bench/switch/index.ts";

describe("npm run bench -- switch", function () {
  this.timeout(120_000);

  it("switches there and back with the data it was asked for, and loses nothing", async () => {
    const told: string[] = [];
    const options = { rounds: 2, sizes: [1_000, 2_000] };
    const figures = await benchSwitch(options, (what) => void told.push(what));
    expect(figures.map(({ figure }) => figure)).to.deep.equal([
      "hold with 1,000 keys",
      "a client's longest wait with 1,000 keys",
      "hold with 2,000 keys",
      "a client's longest wait with 2,000 keys",
    ]);
    for (const { figure, godwit } of figures)
      expect(godwit, figure).to.have.property("median").above(0);
    expect(told.filter((what) => what.endsWith("switch 2"))).to.have.length(2);
  });
});
