; Is the program running? For the MSI, which cannot ask: exit code 1 when the file named by the command line is in use.
; A person without rights to that file gets "no": Windows Installer's own check then has the word.
Unicode true
Target amd64-unicode
Name "exception-desk running"
OutFile "@OUT@"
SilentInstall silent
RequestExecutionLevel user
!include FileFunc.nsh
!include LogicLib.nsh
!define GENERIC_WRITE 0x40000000
!define SHARE_ALL 7
!define OPEN_EXISTING 3
!define SHARING_VIOLATION 32
Section
  ${GetParameters} $0
  StrCpy $1 $0 1
  ${If} $1 == '"'
    StrCpy $0 $0 -1 1
  ${EndIf}
  System::Call 'kernel32::CreateFile(t r0, i ${GENERIC_WRITE}, i ${SHARE_ALL}, p 0, i ${OPEN_EXISTING}, i 0, p 0) p .r1 ?e'
  Pop $2
  ${If} $1 P<> -1
    System::Call 'kernel32::CloseHandle(p r1)'
  ${ElseIf} $2 == ${SHARING_VIOLATION}
    SetErrorLevel 1
  ${EndIf}
SectionEnd
