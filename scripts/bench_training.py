"""Alternates training_bench with other libraries; run by bench_training.sh, which says what for."""

import argparse
import os
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
from implicit.cpu.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import CosineRecommender  # noqa: E402

THREADS = 2


class Ours:
    """training_bench as a child that answers one line a command."""

    def __init__(self, path):
        self.child = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, *words):
        self.child.stdin.write(" ".join(map(str, words)) + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().strip()
        if not answer or "error" in answer:
            sys.exit(f"training_bench {words}: {answer or 'ended'}")
        return answer.split()


def laps(words):
    return [tuple(map(float, w.split("/"))) for w in words if "/" in w]


def timed(function):
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - wall, time.process_time() - cpu


class Table:
    def __init__(self):
        self.rows = []

    def add(self, work, rival_name, goal, rivals, ours):
        """Seconds as pairs (wall, cpu), in the order they were measured."""
        ratio = [
            statistics.median(r[i] / o[i] for r, o in zip(rivals, ours)) for i in (0, 1)
        ]
        seconds = [statistics.median(x[1] for x in side) for side in (rivals, ours)]
        self.rows.append((work, rival_name, *seconds, *ratio, goal))
        print(
            f"  {work}, {rival_name}: {ratio[0]:.2f} x (cpu {ratio[1]:.2f} x,"
            f" {seconds[0]:.3f} and {seconds[1]:.3f} s)", file=sys.stderr, flush=True,
        )

    def show(self):
        print("| work | rival | rival cpu s | ours cpu s | ratio, wall | ratio, cpu | goal |")
        print("|---|---|---|---|---|---|---|")
        for work, rival, a, b, wall, cpu, goal in self.rows:
            print(f"| {work} | {rival} | {a:.3f} | {b:.3f} | {wall:.2f} | {cpu:.2f} | {goal} |")


def read_matrix(path):
    rows, items, entries = map(int, np.fromfile(path, np.uint64, 3))
    offsets = np.fromfile(path, np.uint64, rows + 1, offset=24)
    columns = np.fromfile(path, np.uint32, entries, offset=24 + 8 * (rows + 1))
    return sp.csr_matrix(
        (np.ones(entries, np.float32), columns.astype(np.int32), offsets.astype(np.int32)),
        shape=(rows, items),
    )


def write_matrix(matrix, path):
    matrix.sort_indices()
    with open(path, "wb") as out:
        np.array([*matrix.shape, matrix.nnz], np.uint64).tofile(out)
        matrix.indptr.astype(np.uint64).tofile(out)
        matrix.indices.astype(np.uint32).tofile(out)


def write_rows(source, path, rows, items):
    lists = [[] for _ in range(rows)]
    text = subprocess.run(["zstd", "-dc", source], capture_output=True, text=True, check=True)
    for line in text.stdout.splitlines():
        numbers = list(map(int, line.split()))
        if numbers:
            lists[numbers[0]] = sorted(set(numbers[1:]))
    with open(path, "wb") as out:
        np.array([rows, items, sum(map(len, lists))], np.uint64).tofile(out)
        np.concatenate([[0], np.cumsum([len(row) for row in lists])]).astype(np.uint64).tofile(out)
        np.array([item for row in lists for item in row], np.uint32).tofile(out)


class Bench:
    def __init__(self, arguments):
        self.work = arguments.work
        self.rounds = arguments.rounds
        self.ours = Ours(arguments.bench)
        self.table = Table()
        self.gowalla = arguments.gowalla

    def file(self, name):
        return os.path.join(self.work, name)

    def generated(self, name, *shape):
        path = self.file(name + ".bin")
        if not os.path.exists(path):
            self.ours.ask("generate", path, *shape)
        self.ours.ask("load", name, path)
        return read_matrix(path)

    def limits(self):
        flops, stream, gather = map(float, self.ours.ask("limits"))
        return (
            f"{flops / 1e9:.0f} GFLOP/s, {stream / 1e9:.1f} GB/s in order, "
            f"{gather / 1e9:.1f} GB/s in rows at random"
        )

    def als(self, name, matrix, dim, exact, goal):
        solver = "exact" if exact else "cg"
        rivals, ours = [], []
        rounds = self.rounds if matrix.nnz < 5_000_000 else max(1, self.rounds // 3)
        for _ in range(rounds):
            model = AlternatingLeastSquares(
                factors=dim, regularization=0.01, alpha=10, iterations=2, use_cg=not exact,
                num_threads=THREADS, random_state=1,
            )
            epoch = []
            start = [time.process_time()]

            def lap(_, wall, __):
                now = time.process_time()
                epoch.append((wall, now - start[0]))
                start[0] = now

            start[0] = time.process_time()
            with threadpool_limits(1, "blas"):
                model.fit(matrix, show_progress=False, callback=lap)
            rivals.append(epoch[1])  # the first also holds the transposition
            ours.append(laps(self.ours.ask("ials", name, solver, dim, 2))[1])
        self.table.add(f"ials epoch, {solver}, {dim} factors, {name}", "implicit", goal, rivals, ours)

    def co_purchase(self, orders):
        def scipy_top():
            norms = np.sqrt(np.asarray(orders.power(2).sum(axis=0)).ravel())
            scaled = (orders @ sp.diags(1 / np.maximum(norms, 1e-9))).tocsr()
            product = (scaled.T.tocsr() @ scaled).tocsr()
            for row in range(product.shape[0]):
                values = product.data[product.indptr[row] : product.indptr[row + 1]]
                if len(values) > 51:
                    np.argpartition(values, -51)[-51:]

        def implicit_top():
            CosineRecommender(K=50, num_threads=THREADS).fit(orders, show_progress=False)

        for what, goal, text in (
            ("cosine", 5, "co-purchase, cosine top 50 with counts"),
            ("evidence", 4, "the same with the log-likelihood ratio of each pair kept"),
        ):
            rivals, others, ours = [], [], []
            for _ in range(self.rounds):
                rivals.append(timed(implicit_top))
                ours.append(laps(self.ours.ask("co_purchase", "orders", 50, what))[0])
                if what == "cosine":
                    others.append(timed(scipy_top))
            self.table.add(text, "implicit", goal, rivals, ours)
            if others:
                self.table.add(text, "scipy A'A and top 50", goal, others, ours)

    def inverse(self, size):
        random = np.random.default_rng(1)
        matrix = random.random((size, size), dtype=np.float32)
        matrix = (matrix + matrix.T) / 2
        np.fill_diagonal(matrix, size)
        rivals, ours = [], []
        for _ in range(self.rounds):
            with threadpool_limits(THREADS, "blas"):
                rivals.append(timed(lambda: np.linalg.inv(matrix)))
            ours.append(laps(self.ours.ask("invert", size))[0])
        self.table.add(f"inverse for item regression, {size} products", "numpy float32", 1, rivals, ours)

    def sparse_regression(self, name):
        seconds = [laps(self.ours.ask("item_regression", name, "sparse"))[0] for _ in range(2)]
        best = min(seconds)
        print(f"  sparse item regression, {name}: {best[0]:.1f} s, cpu {best[1]:.1f} s", file=sys.stderr)

    def regression_accuracy(self, train, test):
        """What the sparse form gives up: on the most bought items, where the dense form fits."""
        most = np.sort(np.argsort(-np.asarray(train.sum(axis=0)).ravel(), kind="stable")[:4000])
        for name, matrix in (("top_train", train), ("top_test", test)):
            write_matrix(matrix[:, most].tocsr(), self.file(name + ".bin"))
            self.ours.ask("load", name, self.file(name + ".bin"))
        print("\n| gowalla, 4,000 items | NDCG@20 | Recall@20 | cpu s |\n|---|---|---|---|")
        for form, near in (("dense", 1), ("sparse", 100), ("sparse", 200), ("sparse", 400)):
            ndcg, recall, seconds = self.ours.ask(
                "regression_quality", "top_train", "top_test", form, near
            )
            name = form if form == "dense" else f"{form}, {near} neighbours"
            cpu = float(seconds.split("/")[1])
            print(f"| {name} | {float(ndcg):.4f} | {float(recall):.4f} | {cpu:.2f} |", flush=True)

    def ranking(self, train):
        model = AlternatingLeastSquares(
            factors=64, regularization=0.01, alpha=10, iterations=8, num_threads=THREADS,
            random_state=1,
        )
        with threadpool_limits(1, "blas"):
            model.fit(train, show_progress=False)
        users, items, out = self.file("users.f32"), self.file("items.f32"), self.file("ids.u32")
        model.user_factors.tofile(users)
        model.item_factors.tofile(items)
        everyone = np.arange(train.shape[0])
        rivals, ours, ranked = [], [], None
        for _ in range(self.rounds):
            with threadpool_limits(1, "blas"):
                wall, cpu = time.perf_counter(), time.process_time()
                ranked, _ = model.recommend(everyone, train, N=20)
                rivals.append((time.perf_counter() - wall, time.process_time() - cpu))
            ours.append(laps(self.ours.ask("rank", "gowalla", users, items, 64, 20, out))[0])
        mine = np.fromfile(out, np.uint32).reshape(-1, 20)
        print(f"  ranking: equal in {np.mean(mine == ranked):.6f} of all places", file=sys.stderr)
        self.table.add("top 20 of 40,981 for 29,858 customers, 64 factors", "implicit", 5, rivals, ours)

    def quality(self, train, test, dim, exact):
        """NDCG@20 after 10 epochs of the same objective, all items ranked."""
        model = AlternatingLeastSquares(
            factors=dim, regularization=0.01, alpha=10, iterations=10, use_cg=not exact,
            num_threads=THREADS, random_state=1,
        )
        with threadpool_limits(1, "blas"):
            model.fit(train, show_progress=False)
            found = {}
            for again in (False, True):  # with the rows of training, and computed afresh
                ranked, _ = model.recommend(
                    np.arange(train.shape[0]), train, N=20, recalculate_user=again
                )
                found[again] = ndcg(ranked, test)
        solver = "exact" if exact else "cg"
        mine = float(self.ours.ask("ials_quality", "gowalla", "gowalla_test", solver, dim, 10)[0])
        print(
            f"| {solver}, {dim} factors | {max(found.values()):.4f} | {mine:.4f} | "
            f"{mine - max(found.values()):+.4f} |", flush=True,
        )


def ndcg(ranked, test):
    discount = 1 / np.log2(np.arange(2, ranked.shape[1] + 2))
    scores = []
    for user in range(test.shape[0]):
        wanted = test.indices[test.indptr[user] : test.indptr[user + 1]]
        if len(wanted):
            hits = np.isin(ranked[user], wanted)
            scores.append(discount[hits].sum() / discount[: len(wanted)].sum())
    return float(np.mean(scores))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--gowalla")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="ials,exact,co_purchase,inverse,sparse,ranking,accuracy,quality")
    arguments = parser.parse_args()
    wanted = set(arguments.only.split(","))
    bench = Bench(arguments)
    print("limits before:", bench.limits())
    train = test = None
    if bench.gowalla and os.path.exists(os.path.join(bench.gowalla, "train.txt.zst")):
        for part in ("train", "test"):
            path = bench.file(f"gowalla_{part}.bin")
            if not os.path.exists(path):
                write_rows(os.path.join(bench.gowalla, part + ".txt.zst"), path, 29858, 40981)
        train = read_matrix(bench.file("gowalla_train.bin"))
        test = read_matrix(bench.file("gowalla_test.bin"))
        bench.ours.ask("load", "gowalla", bench.file("gowalla_train.bin"))
        bench.ours.ask("load", "gowalla_test", bench.file("gowalla_test.bin"))
    else:
        print("LEFT OUT: gowalla (--gowalla DIR or TSUGI_DATA)", file=sys.stderr)
    if wanted & {"ials", "exact"}:
        large = bench.generated("large", 138493, 26744, 15900000, 1.2)
        for name, matrix in (("gowalla", train), ("large", large)):
            for dim in (64, 128):
                if matrix is not None and "ials" in wanted:
                    bench.als(name, matrix, dim, False, 5)
                if matrix is not None and "exact" in wanted:
                    bench.als(name, matrix, dim, True, 8)
    if "co_purchase" in wanted:
        bench.co_purchase(bench.generated("orders", 1250000, 50000, 9800000, 0.7))
    if "inverse" in wanted:
        bench.inverse(4000)
    if "ranking" in wanted and train is not None:
        bench.ranking(train)
    if "sparse" in wanted and train is not None:
        bench.sparse_regression("gowalla")
    print("limits after: ", bench.limits())
    bench.table.show()
    if "accuracy" in wanted and train is not None:
        bench.regression_accuracy(train, test)
    if "quality" in wanted and train is not None:
        print("\n| gowalla, NDCG@20 after 10 epochs | implicit | ours | difference |\n|---|---|---|---|")
        for dim in (64, 128):
            for exact in (False, True):
                bench.quality(train, test, dim, exact)


if __name__ == "__main__":
    main()
