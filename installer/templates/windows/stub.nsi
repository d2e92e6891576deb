; A stand-in for the program, for proving the installers only: says its version, or stays until a file appears.
Unicode true
Target amd64-unicode
Name "exception-desk stub"
OutFile "@OUT@"
SilentInstall silent
RequestExecutionLevel user
!include FileFunc.nsh
!include LogicLib.nsh
Section
  ${GetParameters} $0
  ${GetOptions} $0 "/WAIT=" $1
  ${If} $1 != ""
    FileOpen $2 "$1.started" w
    FileClose $2
    loop:
      IfFileExists "$1" done
      Sleep 100
      Goto loop
    done:
  ${Else}
    ; In the place of Python: what was it started with?
    FileOpen $2 "$EXEDIR\said.txt" w
    FileWrite $2 $0
    FileClose $2
  ${EndIf}
SectionEnd
