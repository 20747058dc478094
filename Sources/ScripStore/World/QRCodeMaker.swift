public import ScripCore

/// QR codes, drawn by qrencode(1), a program of Debian's package of the same name.
public struct QRCodeMaker: Sendable {
    private let world: World

    private static let program = "qrencode"

    /// A code takes some milliseconds.
    private static let deadlineMilliseconds: Int64 = 10_000

    /// The largest QR code has 177 rows of 355 bytes.
    private static let drawingBytesMax = 65_536

    public init(world: World) {
        self.world = world
    }

    /// The QR code of a bearer code. It is handed over by a pipe, where ps does not see it, and in capital letters,
    /// which take fewer squares.
    ///
    /// - Throws: `noInput` if the program is not installed.
    public func drawing(of code: BearerCode) throws(StoreError) -> QRMatrix {
        let call = ProgramCall(
            path: Self.program,
            arguments: ["--level=M", "--type=ASCII", "--margin=0", "--output=-"],
            environment: ["PATH": ProcessEnvironment.value("PATH") ?? "/usr/bin:/bin", "LC_ALL": "C"])
        let result: ProgramResult
        do {
            result = try world.run(
                call, input: Array(code.text.uppercased().utf8),
                deadlineMilliseconds: Self.deadlineMilliseconds, outputBytesMax: Self.drawingBytesMax)
        } catch {
            throw fault(error)
        }
        guard result.end == .exited(0), let matrix = QRMatrix(drawing: result.output) else {
            throw StoreError(
                .io, Self.program, "it drew no QR code; run 'qrencode --version' to see whether it works")
        }
        return matrix
    }

    private func fault(_ fault: ProgramFault) -> StoreError {
        if case .system(let error) = fault, error.isMissing {
            return StoreError(
                .noInput, Self.program,
                "this program draws the QR codes and is not installed; run 'apt-get install qrencode', or use --format text"
            )
        }
        return StoreError(.io, Self.program, "\(fault)")
    }
}
