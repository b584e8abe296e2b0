package loomchat.identity.work;

import java.net.InetAddress;
import loomchat.bench.CpuCost;

/** What a proof of work costs the server, and who solves one. */
public final class WorkBenchmark {
    private static final int BITS = 12;

    private WorkBenchmark() {}

    public static void run() throws Exception {
        InetAddress client = InetAddress.ofLiteral("2001:db8::1");
        GuestWork work = new GuestWork(
                new GuestWork.Rules(true, BITS, 200), () -> new byte[32], System::currentTimeMillis, System::nanoTime);
        System.out.println("A proof of work");
        CpuCost.print("a challenge", () -> work.challenge(client));
        CpuCost.print("a forged solution", () -> work.accept("A".repeat(43) + ".4711", client));
        String solution = WorkSolver.solve(work.challenge(client), BITS);
        CpuCost.print("a solution, used before", () -> work.accept(solution, client));
        CpuCost.print("solving 12 bits", () -> WorkSolver.solve(work.challenge(client), BITS));
    }
}
