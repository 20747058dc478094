internal import ScripCore

/// A chart over time as inline SVG: stacked areas or bars, lines above them. Drawn once for wide windows and once for
/// phones, so that its letters have the size of letters in both; the style sheet shows the one that fits.
struct ReportChart {
    /// Values at each division of the scale, and the class that colours them.
    struct Series {
        let name: String
        let style: String
        let values: [Int128]
    }

    let title: String
    let scale: TimeScale
    let currency: Currency
    /// From the bottom up.
    var stacked: [Series] = []
    /// Whether the divisions of the stack stand apart.
    var isBars = false
    var lines: [Series] = []

    private static let top = 10
    private static let bottom = 26
    /// Of a letter of the axes, in the units of the drawing, about.
    private static let letterWidth = 6.7

    /// The figure: heading, legend, both drawings.
    func html(wide width: Int) -> String {
        if (stacked + lines).allSatisfy({ $0.values.allSatisfy { $0 == 0 } }) {
            return """
                <figure><figcaption><h3>\(HTMLText.escaped(title))</h3></figcaption>
                <p class="empty">Nothing yet.</p></figure>

                """
        }
        let shown = (stacked.reversed() + lines).map { series in
            let last = series.values.last ?? 0
            return "<li><span class=\"key \(series.style)\"></span>\(HTMLText.escaped(series.name))"
                + (isBars ? "" : " <b>\(HTMLText.amount(last, currency))</b>") + "</li>"
        }.joined()
        return """
            <figure><figcaption><h3>\(HTMLText.escaped(title))</h3><ul class="legend">\(shown)</ul></figcaption>
            \(drawing(width: width, height: width > 600 ? 280 : 240, style: "wide"))
            \(drawing(width: 334, height: 220, style: "narrow"))
            </figure>

            """
    }

    /// The greatest value that is drawn, and at least 1.
    private var greatest: Int128 {
        let sums = (0..<scale.count).map { position in stacked.reduce(0) { $0 + $1.values[position] } }
        return max(1, (sums + lines.flatMap(\.values)).max() ?? 1)
    }

    private func drawing(width: Int, height: Int, style: String) -> String {
        let step = Self.step(greatest / (height > 230 ? 5 : 4))
        let ceiling = (greatest + step - 1) / step * step
        let ticks = (0...Int(ceiling / step)).map { Int128($0) * step }
        let names = ticks.map { HTMLText.compact($0, currency) }
        let left = Double(names.map(\.count).max() ?? 1) * Self.letterWidth + 10
        let frame = Frame(
            left: left, right: Double(width - 6), top: Double(Self.top), bottom: Double(height - Self.bottom),
            count: scale.count, ceiling: Double(ceiling))
        var result =
            "<svg class=\"chart \(style)\" viewBox=\"0 0 \(width) \(height)\" "
            + "style=\"max-width:\(width + width / 6)px\" role=\"img\" aria-label=\"\(HTMLText.escaped(title))\">"
        for (tick, name) in zip(ticks, names) {
            let y = Self.number(frame.y(Double(tick)))
            let style = tick == 0 ? "base" : "grid"
            result += "<path class=\"\(style)\" d=\"M\(Self.number(left)) \(y)H\(width - 6)\"/>"
            result += "<text x=\"\(Self.number(left - 7))\" y=\"\(y)\" dy=\".35em\" "
            result += "text-anchor=\"end\">\(name)</text>"
        }
        result += labels(frame, width: width, height: height)
        var floor = [Int128](repeating: 0, count: scale.count)
        for series in stacked {
            let ceiling = zip(floor, series.values).map(+)
            result += isBars ? bars(floor, ceiling, frame, series) : area(floor, ceiling, frame, series)
            floor = ceiling
        }
        for series in lines {
            result += "<path class=\"line \(series.style)\" d=\"\(steps(series.values, frame))\"/>"
        }
        return result + hints(frame) + "</svg>"
    }

    /// Where what is drawn lies.
    private struct Frame {
        let left: Double
        let right: Double
        let top: Double
        let bottom: Double
        let count: Int
        let ceiling: Double

        /// Where a division begins.
        func x(_ position: Int) -> Double { left + (right - left) * Double(position) / Double(count) }
        func y(_ value: Double) -> Double { bottom - (bottom - top) * value / ceiling }
    }

    /// As many dates as fit beside each other.
    private func labels(_ frame: Frame, width: Int, height: Int) -> String {
        let labelWidth = Double(scale.label(0).count) * Self.letterWidth
        let division = (frame.right - frame.left) / Double(scale.count)
        let every = max(1, Int(((labelWidth + 18) / division).rounded(.up)))
        var result = ""
        // The first label may stand further right than its tick, and then the second has to go.
        var free = 0.0
        for position in stride(from: 0, to: scale.count, by: every) {
            let centre = frame.x(position) + division / 2
            if position > 0 && centre + labelWidth / 2 > Double(width) { break }
            let place = max(centre, labelWidth / 2 + 2)
            if place - labelWidth / 2 < free { continue }
            free = place + labelWidth / 2 + 8
            let x = Self.number(place)
            let tick = "\(Self.number(centre)) \(Self.number(frame.bottom))"
            result += "<path class=\"tick\" d=\"M\(tick)v4\"/>"
            result += "<text x=\"\(x)\" y=\"\(height - 7)\" text-anchor=\"middle\">"
            result += "\(scale.label(position))</text>"
        }
        return result
    }

    /// A line that holds each division's value over its whole width.
    private func steps(_ values: [Int128], _ frame: Frame) -> String {
        var path = ""
        var last: Int128?
        for (position, value) in values.enumerated() {
            if value == last { continue }
            let x = Self.number(frame.x(position))
            let y = Self.number(frame.y(Double(value)))
            path += last == nil ? "M\(x) \(y)" : "H\(x)V\(y)"
            last = value
        }
        return path + "H\(Self.number(frame.right))"
    }

    private func area(_ floor: [Int128], _ ceiling: [Int128], _ frame: Frame, _ series: Series) -> String {
        var path = steps(ceiling, frame)
        for position in floor.indices.reversed() {
            path +=
                "V\(Self.number(frame.y(Double(floor[position]))))H\(Self.number(frame.x(position)))"
        }
        return "<path class=\"area \(series.style)\" d=\"\(path)Z\"/>"
    }

    private func bars(_ floor: [Int128], _ ceiling: [Int128], _ frame: Frame, _ series: Series) -> String {
        let division = (frame.right - frame.left) / Double(scale.count)
        let width = min(division * 0.78, 48)
        var path = ""
        for position in floor.indices where floor[position] != ceiling[position] {
            let x = frame.x(position) + (division - width) / 2
            let y = frame.y(Double(ceiling[position]))
            let height = frame.y(Double(floor[position])) - y
            path += "M\(Self.number(x)) \(Self.number(y))h\(Self.number(width))v\(Self.number(height))"
            path += "h\(Self.number(-width))Z"
        }
        return "<path class=\"area \(series.style)\" d=\"\(path)\"/>"
    }

    /// What a pointer that rests on a division is told.
    private func hints(_ frame: Frame) -> String {
        var result = ""
        let division = Self.number((frame.right - frame.left) / Double(scale.count))
        for position in 0..<scale.count {
            let values = (stacked.reversed() + lines).map {
                "\n\(HTMLText.escaped($0.name)): \(HTMLText.amount($0.values[position], currency))"
            }.joined()
            result += "<rect class=\"hint\" x=\"\(Self.number(frame.x(position)))\" "
            result += "y=\"\(Self.number(frame.top))\" "
            result += "width=\"\(division)\" height=\"\(Self.number(frame.bottom - frame.top))\">"
            result += "<title>\(scale.label(position))\(values)</title></rect>"
        }
        return result
    }

    /// 1, 2 or 5 with zeros behind, at least `least`.
    private static func step(_ least: Int128) -> Int128 {
        var power: Int128 = 1
        while power * 10 <= least { power *= 10 }
        for factor: Int128 in [1, 2, 5] where power * factor >= least { return power * factor }
        return power * 10
    }

    /// With one decimal at most, the same on every machine.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = Int(tenths.magnitude).quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}

/// A bar in a line of a table.
enum ReportBar {
    private static let width = 130

    /// The parts of `whole`, each with the class that colours it.
    static func html(_ parts: [(style: String, value: Int128)], of whole: Int128, label: String) -> String {
        var result =
            "<svg class=\"bar\" viewBox=\"0 0 \(width) 10\" width=\"\(width)\" height=\"10\" role=\"img\" "
            + "aria-label=\"\(HTMLText.escaped(label))\"><title>\(HTMLText.escaped(label))</title>"
            + "<rect class=\"rail\" width=\"\(width)\" height=\"10\" rx=\"2\"/>"
        var sum: Int128 = 0
        for (style, value) in parts where value > 0 && whole > 0 {
            let start = Double(sum) / Double(whole) * Double(width)
            sum += value
            let end = min(Double(sum) / Double(whole), 1) * Double(width)
            // What is there is seen, however little it is.
            let shown = max(end - start, 1)
            result += "<rect class=\"area \(style)\" x=\"\(ReportChart.number(start))\" "
            result += "width=\"\(ReportChart.number(shown))\" height=\"10\"/>"
        }
        return result + "</svg>"
    }
}
