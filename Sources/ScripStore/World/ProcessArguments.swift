/// The arguments of the process, as bytes.
public enum ProcessArguments {
    /// The number of the first argument that is not UTF-8, counted from 1; nil if all are.
    ///
    /// Swift's strings put U+FFFD in place of what is not, so that two different texts would become one.
    public static var firstThatIsNoText: Int? {
        let arguments = unsafe CommandLine.unsafeArgv
        var number = 1
        while number < Int(CommandLine.argc) {
            if let argument = unsafe arguments[number], unsafe String(validatingCString: argument) == nil {
                return number
            }
            number += 1
        }
        return nil
    }
}
