"""posture beside its peers on this machine, in one run: CPU and wall time of a frame, start-up, memory.

    python3.11 -m venv ~/peers && ~/peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release
    ~/peers/bin/python benches/peers/compare.py --posture target/release/posture --teachers DIR

DIR holds movenet_lightning_int8.tflite and pose_landmark_lite.tflite (Google, Apache-2.0); peers whose files are missing
are left out. Not part of CI, and nothing of it is shipped.

Every peer gets the bytes of the same 640x480 JPEG and turns them into keypoints, as it would with the frames of a webcam:
decoding, scaling, network, reading the keypoints. Python peers decode and scale with OpenCV on one thread. Each works in
a process of its own; they take turns, a few frames each, so that whatever else the machine does falls on all alike. Times
are medians over the rounds of each round's median. CPU time is that of the whole process, all of its threads.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def letterbox(image, side):
    """The picture in the middle of a square of grey, as posture does it."""
    import cv2
    import numpy

    height, width = image.shape[:2]
    scale = side / max(height, width)
    size = (round(width * scale), round(height * scale))
    square = numpy.full((side, side, 3), 128, numpy.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(square, cv2.COLOR_BGR2RGB)


def mediapipe_pose(_):
    """MediaPipe Pose, complexity 1 (full), video mode: it follows the person and looks for them only when lost."""
    import cv2
    import mediapipe

    pose = mediapipe.solutions.pose.Pose(static_image_mode=False, model_complexity=1)

    def frame(image):
        began = clock()
        found = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).pose_landmarks
        return found is not None, since(began)

    return frame


def tflite(file, side, prepare, found):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(file, num_threads=1)
    interpreter.allocate_tensors()
    given = interpreter.get_input_details()[0]["index"]
    outputs = interpreter.get_output_details()

    def frame(image):
        pixels = prepare(letterbox(image, side))
        began = clock()
        interpreter.set_tensor(given, pixels[None])
        interpreter.invoke()
        results = [interpreter.get_tensor(output["index"]) for output in outputs]
        span = since(began)
        return found(results), span

    return frame


def movenet(options):
    """MoveNet Lightning int8, TFLite with XNNPACK, one thread; no tracking crop."""
    file = os.path.join(options.teachers, "movenet_lightning_int8.tflite")
    return tflite(file, 192, lambda pixels: pixels, lambda results: bool(results[0][0, 0, :, 2].max() > 0.3))


def blazepose(options):
    """BlazePose lite landmarks, TFLite with XNNPACK, one thread; the network that follows, without the detector."""
    import numpy

    def found(results):
        presence = next(result for result in results if result.size == 1)
        return float(presence.reshape(-1)[0]) > 0.5

    file = os.path.join(options.teachers, "pose_landmark_lite.tflite")
    return tflite(file, 256, lambda pixels: pixels.astype(numpy.float32) / 255.0, found)


def onnxruntime_ours(options):
    """The network of posture in ONNX Runtime, one thread."""
    import numpy
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(options.model, settings, providers=["CPUExecutionProvider"])
    name, names = session.get_inputs()[0].name, [output.name for output in session.get_outputs()]

    def frame(image):
        pixels = letterbox(image, 192).astype(numpy.float32).transpose(2, 0, 1)[None] / 255.0
        began = clock()
        results = dict(zip(names, session.run(None, {name: pixels})))
        span = since(began)
        results["heatmap"].reshape(17, -1).argmax(axis=1)
        return bool(results["presence"][0, 0] > 0.6), span

    return frame


PEERS = {
    "mediapipe": ("MediaPipe Pose full, video mode", mediapipe_pose),
    "movenet": ("MoveNet Lightning int8, TFLite, 1 thread", movenet),
    "blazepose": ("BlazePose lite landmarks, TFLite, 1 thread", blazepose),
    "onnxruntime": ("our network, ONNX Runtime, 1 thread", onnxruntime_ours),
}


def clock():
    return time.perf_counter(), time.process_time()


def since(began):
    return time.perf_counter() - began[0], time.process_time() - began[1]


def work(options):
    """A peer's own process: one line of JSON after the first frame, and one for each number of frames asked for."""
    import cv2
    import numpy

    cv2.setNumThreads(1)
    frame = PEERS[options.worker][1](options)
    data = numpy.frombuffer(open(options.photo, "rb").read(), numpy.uint8)
    found, _ = frame(cv2.imdecode(data, cv2.IMREAD_COLOR))
    print(json.dumps({"found": found}), flush=True)
    if options.once:
        return
    for line in sys.stdin:
        walls, cpus, nets = [], [], []
        for _ in range(int(line)):
            began = clock()
            found, network = frame(cv2.imdecode(data, cv2.IMREAD_COLOR))
            wall, cpu = since(began)
            walls.append(wall)
            cpus.append(cpu)
            nets.append(network[1])
        said = {
            "found": found,
            "wall": statistics.median(walls),
            "cpu": sum(cpus) / len(cpus),
            "cpu_min": min(cpus),
            "network": sum(nets) / len(nets),
        }
        print(json.dumps({name: 1e3 * value if name != "found" else value for name, value in said.items()}), flush=True)


def command(options, name, *more):
    given = ["--photo", options.photo, "--teachers", options.teachers, "--model", options.model]
    return [sys.executable, os.path.abspath(__file__), "--worker", name, *given, *more]


def start(arguments):
    """Wall and CPU milliseconds, and peak megabytes, of one process from its start to its end."""
    began = time.perf_counter()
    pid = os.posix_spawn(
        arguments[0],
        arguments,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)],
    )
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
        raise SystemExit(f"{' '.join(arguments)}: ended with {status}")
    return 1e3 * wall, 1e3 * (used.ru_utime + used.ru_stime), used.ru_maxrss * 1024 / 1e6


def bench(options):
    """One turn of posture: what `posture bench` says about as many frames as the others get, or a little more."""
    arguments = [options.posture, "bench", "--json", "--frames", str(max(50, options.frames)), "--stable", "0", options.photo]
    document = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    run = document["runs"][0]
    stages = {row["stage"]: row for row in run["stages"]}
    return {
        "found": run["pictures"][0]["person"],
        "wall": run["total"]["median_ms"],
        "cpu": run["total"]["cpu_ms"],
        "cpu_min": run["total"]["min_ms"],
        "network": stages["infer"]["cpu_ms"],
    }


def watched(options):
    """Wall, CPU and memory of `posture watch` over 120 frames of Motion JPEG."""
    with tempfile.NamedTemporaryFile(suffix=".mjpeg") as film:
        film.write(open(options.photo, "rb").read() * 120)
        film.flush()
        return start([options.posture, "watch", "--source", film.name, "--fps", "10", "--json"])


def compare(options):
    needed = {"movenet": "movenet_lightning_int8.tflite", "blazepose": "pose_landmark_lite.tflite"}
    names = [n for n in PEERS if n not in needed or os.path.exists(os.path.join(options.teachers, needed[n]))]
    check = [options.posture, "check", "--json", "--threads", "1", options.photo]
    starts = {name: [] for name in ["posture", *names]}
    for _ in range(options.starts):
        for name in starts:
            starts[name].append(start(check if name == "posture" else command(options, name, "--once")))
    workers = {}
    for name in names:
        pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        workers[name] = subprocess.Popen(command(options, name), **pipe)
        workers[name].stdout.readline()

    def turn(name, frames):
        if name == "posture":
            return bench(options)
        workers[name].stdin.write(f"{frames}\n")
        workers[name].stdin.flush()
        return json.loads(workers[name].stdout.readline())

    for name in names:
        turn(name, 10)
    rounds = []
    for number in range(options.rounds):
        order = ["posture", *names]
        order = order[number % len(order) :] + order[: number % len(order)]
        rounds.append({name: turn(name, options.frames) for name in order})
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    return report(names, rounds, starts, watched(options))


def report(names, rounds, starts, watch):
    middle = statistics.median
    lines = [
        "| | CPU a frame | wall | of it network (CPU) | CPU ÷ posture's | start to first pose, wall (CPU) | peak memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ["posture", *names]:
        value = {key: middle(r[name][key] for r in rounds) for key in ("cpu", "wall", "network")}
        ratio = middle(r[name]["cpu"] / r["posture"]["cpu"] for r in rounds)
        wall, cpu, memory = (middle(column) for column in zip(*starts[name]))
        title = "**posture**" if name == "posture" else PEERS[name][0]
        title += "" if all(r[name]["found"] for r in rounds) else " (nobody found)"
        lines.append(
            f"| {title} | {value['cpu']:.2f} ms | {value['wall']:.2f} ms | {value['network']:.2f} ms | {ratio:.2f} "
            f"| {wall:.0f} ms ({cpu:.0f}) | {memory:.0f} MB |"
        )
    network = middle(r["posture"]["network"] / r["onnxruntime"]["network"] for r in rounds)
    others = middle(1 - r["posture"]["network"] / r["posture"]["cpu"] for r in rounds)
    lines += [
        "",
        f"- network in tract ÷ the same in ONNX Runtime, CPU: {network:.2f}",
        f"- everything but the network: {100 * others:.0f} % of posture's CPU time",
        f"- `posture watch` over 120 frames: {watch[2]:.0f} MB, {watch[1] / 120:.2f} ms of CPU time a frame, start included",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posture", default=os.path.join(ROOT, "target", "release", "posture"))
    parser.add_argument("--photo", default=os.path.join(ROOT, "samples", "front_upright.jpg"))
    parser.add_argument("--model", default=os.path.join(ROOT, "models", "posture.onnx"))
    parser.add_argument("--teachers", default=".", metavar="DIR", help="where the TFLite files are")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--frames", type=int, default=50, help="frames of each peer in each round")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--worker", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
    else:
        print(compare(options))


if __name__ == "__main__":
    main()
